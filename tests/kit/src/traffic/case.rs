//! What every made record starts from: who sends it, whom it is about, when.

use crate::authorities::Authority;
use crate::organisations::Organisation;
use crate::planted::Planter;
use crate::random::Random;
use records::{Contact, Date, Envelope, Severity, Subject, YesNo};
use vocabulary::{FieldClass, OrgNumber, SubjectKind};

/// One record in the making.
pub(crate) struct Case<'a> {
    pub(crate) random: &'a mut Random,
    pub(crate) planter: Planter<'a>,
    pub(crate) authority: &'a Authority,
    pub(crate) others: &'a [Authority],
    pub(crate) organisation: &'a Organisation,
    pub(crate) envelope: Envelope,
    /// The kind the source stamps, right or wrong.
    pub(crate) stamped: SubjectKind,
    pub(crate) akrim: bool,
    /// The first of its kind from its authority: a full one, for show.
    pub(crate) show: bool,
}

/// The first day of the traffic.
pub(crate) const FIRST_DAY: i32 = 20_689; // 2026-08-24

// === impl Case ===

impl Case<'_> {
    pub(crate) fn subject(&self) -> Subject {
        Subject {
            object_id: Some(self.planter.at.object.clone()),
            name: Some(self.organisation.name.clone()),
            municipality: self.organisation.municipality.parse().ok(),
            industry_code: Some(self.organisation.industry.to_owned()),
            ..Subject::organisation(self.organisation.number)
        }
    }

    pub(crate) fn text(&mut self, class: FieldClass, path: &'static str, about: &str) -> String {
        self.planter.text(class, path, about, self.random)
    }

    pub(crate) fn token(&mut self, class: FieldClass, path: &'static str) -> String {
        self.planter.token(class, path)
    }

    pub(crate) const fn akrim_case(&self) -> Option<YesNo> {
        Some(if self.akrim { YesNo::Yes } else { YesNo::No })
    }

    /// A day some days after the first one.
    pub(crate) fn day(&mut self, low: i32, high: i32) -> Option<Date> {
        Some(Date::from_days(FIRST_DAY + self.random.within(low, high)))
    }

    /// Another authority than the sender.
    pub(crate) fn other(&mut self) -> Option<OrgNumber> {
        let others: Vec<_> =
            self.others.iter().filter(|other| other.code != self.authority.code).collect();
        others.get(self.random.below(others.len())).map(|other| other.number)
    }

    pub(crate) fn contact(&mut self) -> Vec<Contact> {
        let code = self.authority.code.as_str().to_lowercase();
        vec![Contact {
            person_or_title: Some(self.token(FieldClass::Ops, "kontaktpunkt[].kontaktperson")),
            unit: Some(format!("Avdeling {}", self.random.within(1, 9))),
            phone: Some(format!("00 00 {:02} {:02}", self.random.below(100), 0)),
            email: Some(format!("post@{code}.example")),
            postal_address: None,
        }]
    }

    /// A value of the sender's scale 1 to 5, which lies on 10 to 90 of the common index.
    pub(crate) fn severity(&mut self) -> Severity {
        Severity {
            value: Some(self.random.within(1, 5)),
            scale: Some(format!("{}-skala", self.authority.code)),
            class_number: None,
            low: Some(1),
            high: Some(5),
            index_low: Some(10),
            index_high: Some(90),
        }
    }
}
