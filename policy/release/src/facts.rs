//! Facts as they hold for a ruling: stamped by the source, checked against our own register copy,
//! the stricter of the two. What they open is `ruling`'s knowledge.

use vocabulary::SubjectKind;

/// What the exchange itself knows about a finding's subject and source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Kind of the subject by our own register copy; unknown when missing or stale.
    pub kind: SubjectKind,
    /// Whether the bundle names this source as an open register for this record type.
    pub open_register: bool,
}

/// The stricter of a stamped kind and our own. Unknown is strictest, then whatever is a natural
/// person; a kind that is not one holds only where both say so.
pub fn stricter(stamped: Option<SubjectKind>, own: SubjectKind) -> SubjectKind {
    let stamped = stamped.unwrap_or(own);
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
