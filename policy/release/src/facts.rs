//! Facts as they hold for a ruling: stamped by the source, checked against our own register copy,
//! the stricter of the two. What they open is `ruling`'s knowledge.

use crate::TypePlans;
use vocabulary::SubjectKind;

/// What the exchange itself knows about a finding's subject and source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Kind of the subject by our own register copy; unknown when missing or stale.
    pub kind: SubjectKind,
    /// Whether the bundle names this source as an open register for this record type.
    pub open_register: bool,
}

impl TypePlans {
    /// The combination a ruling is looked up by: as stamped, but the subject's kind is the
    /// stricter of the stamped and our own, and `already_published` holds only for an open
    /// register that the bundle names.
    pub fn effective(&self, stamped: u16, standing: Standing) -> u16 {
        let space = self.schema().facts();
        let mut values = space.values(stamped);
        for (fact, value) in space.facts().iter().zip(&mut values) {
            match fact.name() {
                "subject_kind" => {
                    let word = fact.values().get(usize::from(*value));
                    let stamped = word.and_then(|word| word.parse().ok());
                    let kind = stricter(stamped.unwrap_or(SubjectKind::Unknown), standing.kind);
                    let index = fact.values().iter().position(|word| word == kind.as_str());
                    let index = index.and_then(|index| u8::try_from(index).ok());
                    *value = index.unwrap_or(fact.strictest());
                }
                "already_published" if !standing.open_register => *value = fact.strictest(),
                _ => {}
            }
        }
        space.index(&values).unwrap_or_else(|| space.strictest())
    }
}

/// The stricter of a stamped kind and our own. Unknown is strictest, then whatever is a natural
/// person; a kind that is not one holds only where both say so.
pub fn stricter(stamped: SubjectKind, own: SubjectKind) -> SubjectKind {
    if strictness(own) >= strictness(stamped) { own } else { stamped }
}

const fn strictness(kind: SubjectKind) -> u8 {
    match kind {
        SubjectKind::Unknown => 5,
        SubjectKind::SoleProprietor => 4,
        SubjectKind::Person => 3,
        SubjectKind::PersonalLinked => 2,
        SubjectKind::Legal => 1,
        SubjectKind::Facility => 0,
    }
}
