//! Secrets planted in the traffic, and the list of them. Where one may be found is for a checker to
//! say; here stands only what each is.

use crate::random::Random;
use vocabulary::{FieldClass, NationalId, RecordType, SourceId, SubjectKind};

/// A planted secret.
#[derive(Debug, Clone)]
pub struct Planted {
    /// The text to look for: `HEMMELIG-PER-000012`, or a synthetic identity number.
    pub token: String,
    /// The class of the field or of the list that holds it, as the contract has it.
    pub class: FieldClass,
    /// The field, in names of the contract.
    pub path: &'static str,
    /// Whether the field is free text.
    pub free_text: bool,
    /// Who sent it.
    pub authority: SourceId,
    /// In what type of record.
    pub record_type: RecordType,
    /// About which object of the source.
    pub object: String,
    /// What the subject truly is, whatever its source stamped.
    pub subject_kind: SubjectKind,
    /// Whether the record belongs to an a-krim case.
    pub akrim: bool,
}

/// Where secrets are planted now.
pub(crate) struct Planter<'a> {
    pub(crate) list: &'a mut Vec<Planted>,
    pub(crate) at: Planted,
}

// === impl Planter ===

impl Planter<'_> {
    fn plant(&mut self, token: &str, class: FieldClass, path: &'static str, free_text: bool) {
        let token = token.to_owned();
        self.list.push(Planted { token, class, path, free_text, ..self.at.clone() });
    }

    /// A bare token for a classed field.
    pub(crate) fn token(&mut self, class: FieldClass, path: &'static str) -> String {
        let token = format!("HEMMELIG-{class}-{:06}", self.list.len() + 1);
        self.plant(&token, class, path, false);
        token
    }

    /// A free text that holds a token, and now and then an identity number.
    pub(crate) fn text(
        &mut self,
        class: FieldClass,
        path: &'static str,
        about: &str,
        random: &mut Random,
    ) -> String {
        let token = format!("HEMMELIG-{class}-{:06}", self.list.len() + 1);
        self.plant(&token, class, path, true);
        if !random.percent(15) {
            return format!("{about} ({token}).");
        }
        let person = synthetic_person(random);
        self.plant(&person, class, path, true);
        format!("{about} ({token}); daglig leder, fødselsnummer {person}, var til stede.")
    }
}

/// A synthetic identity number: month plus 80, both check digits valid.
pub(crate) fn synthetic_person(random: &mut Random) -> String {
    loop {
        let (day, month) = (random.within(1, 28), random.within(1, 12) + 80);
        let (year, individual) = (random.within(40, 99), random.within(0, 499));
        let leading = format!("{day:02}{month:02}{year:02}{individual:03}");
        let candidates = (0..100).map(|check| format!("{leading}{check:02}"));
        // Only the strict form of the first check digit, as issued until 2032.
        let valid = |text: &String| text.parse::<NationalId>().is_ok() && strict(text);
        if let Some(person) = candidates.into_iter().find(valid) {
            return person;
        }
    }
}

fn strict(text: &str) -> bool {
    const WEIGHTS: [u32; 10] = [3, 7, 6, 1, 8, 9, 4, 5, 2, 1];
    let digits = text.bytes().map(|digit| u32::from(digit.wrapping_sub(b'0')));
    digits.zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum::<u32>() % 11 == 0
}
