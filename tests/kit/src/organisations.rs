//! Synthetic organisations and the register that holds them. None is real: every number begins
//! with 3, which Enhetsregisteret gives to none.

use crate::random::Random;
use crate::traffic::Forms;
use std::fmt::Write;
use vocabulary::{OrgNumber, SubjectKind};

/// An organisation that records are about.
#[derive(Debug, Clone)]
pub struct Organisation {
    /// Its synthetic number.
    pub number: OrgNumber,
    /// Its name.
    pub name: String,
    /// Its form in the register; none when the register does not hold it.
    pub form: Option<&'static str>,
    /// The legal entity a sub-unit belongs to.
    pub parent: Option<OrgNumber>,
    /// What it truly is: a sub-unit is what its parent is.
    pub kind: SubjectKind,
    /// Industry code.
    pub industry: &'static str,
    /// Municipality number.
    pub municipality: &'static str,
    /// Postal code and place within the municipality.
    pub place: (&'static str, &'static str),
    /// Status in the register.
    pub status: &'static str,
}

/// First eight digits of the first number.
const FIRST: usize = 31_000_000;

const INDUSTRIES: [(&str, &str); 7] = [
    ("Bygg", "41.200"),
    ("Renhold", "81.210"),
    ("Transport", "49.410"),
    ("Servering", "56.101"),
    ("Bilpleie", "45.200"),
    ("Bemanning", "78.200"),
    ("Sjømat", "10.200"),
];

const PLACES: [(&str, &str, &str); 8] = [
    ("0301", "0181", "Oslo"),
    ("4601", "5003", "Bergen"),
    ("5001", "7010", "Trondheim"),
    ("1103", "4006", "Stavanger"),
    ("3301", "3015", "Drammen"),
    ("4204", "4610", "Kristiansand"),
    ("1804", "8006", "Bodø"),
    ("5601", "9510", "Alta"),
];

/// Synthetic organisation numbers, always the same.
pub fn numbers() -> impl Iterator<Item = OrgNumber> {
    numbers_from(FIRST)
}

/// Synthetic organisation numbers whose first eight digits begin here.
pub(crate) fn numbers_from(first: usize) -> impl Iterator<Item = OrgNumber> {
    (first..first + 1_000_000).filter_map(|leading| {
        let text = leading.to_string();
        let check = OrgNumber::check_digit(text.as_bytes().try_into().ok()?)?;
        format!("{text}{}", char::from(check)).parse().ok()
    })
}

/// Makes as many organisations. The first is a company in Oslo, the second a sole proprietor
/// there, so that a demonstration always has both.
pub(crate) fn make(count: usize, random: &mut Random) -> Vec<Organisation> {
    let mut made: Vec<Organisation> = Vec::with_capacity(count);
    for (index, number) in numbers().take(count).enumerate() {
        let (form, parent, kind) = standing(index, &made, random);
        let (word, industry) = random.pick(&INDUSTRIES);
        let (municipality, postcode, place) =
            if index < 2 { PLACES[0] } else { random.pick(&PLACES) };
        let ending = form.unwrap_or("uten register");
        made.push(Organisation {
            number,
            name: format!("Syntetisk {word} {index:03} {ending}"),
            form,
            parent,
            kind,
            industry,
            municipality,
            place: (postcode, place),
            status: if random.percent(4) { "konkurs" } else { "ok" },
        });
    }
    made
}

type Standing = (Option<&'static str>, Option<OrgNumber>, SubjectKind);

/// Form, parent and true kind: out of twenty nine companies, four sole proprietors, two sub-units
/// of a company, two of a sole proprietor, one of two partners, one foreign, one unknown. The first
/// seven are fixed, so that every kind occurs.
fn standing(index: usize, made: &[Organisation], random: &mut Random) -> Standing {
    let parent = |form: &str| {
        let of = made.iter().filter(|other| other.form == Some(form)).collect::<Vec<_>>();
        (!of.is_empty()).then(|| of.get(index % of.len()).map(|other| other.number)).flatten()
    };
    let draw = match index {
        0 => 0,
        1 => 9,
        2 => 15,
        3 => 19,
        4 => 17,
        5 => 13,
        6 => 18,
        _ => random.below(20),
    };
    match draw {
        0..=8 => (Some("AS"), None, SubjectKind::Legal),
        9..=12 => (Some("ENK"), None, SubjectKind::SoleProprietor),
        13 | 14 => (Some("BEDR"), parent("AS"), SubjectKind::Legal),
        15 | 16 => (Some("BEDR"), parent("ENK"), SubjectKind::SoleProprietor),
        17 => (Some("DA"), None, SubjectKind::PersonalLinked),
        18 => (Some("NUF"), None, SubjectKind::PersonalLinked),
        _ => (None, None, SubjectKind::Unknown),
    }
}

/// The register as a file. An organisation without a form is not in it.
pub(crate) fn register(organisations: &[Organisation], forms: &Forms, as_of: &str) -> String {
    let mut file = String::from(
        "organisasjonsnummer;organisasjonsform;overordnetEnhet;naeringskode;kommunenummer;\
         driftsstatus;oppdatert\n",
    );
    for organisation in organisations {
        let other = forms.get(&organisation.number).copied();
        let Some(form) = other.or(organisation.form) else { continue };
        let parent = organisation.parent.map(|parent| parent.to_string()).unwrap_or_default();
        let Organisation { number, industry, municipality, status, .. } = organisation;
        let _ =
            writeln!(file, "{number};{form};{parent};{industry};{municipality};{status};{as_of}");
    }
    file
}
