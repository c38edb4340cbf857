//! Properties of the words: what a valid one is, and that refused text is never repeated.

use super::*;
use proptest::prelude::*;

fn valid_org_number() -> impl Strategy<Value = String> {
    (prop_oneof![Just('2'), Just('3'), Just('8'), Just('9')], "[0-9]{7}").prop_filter_map(
        "mod 11 gave 10",
        |(first, rest)| {
            let leading = format!("{first}{rest}");
            let check = OrgNumber::check_digit(leading.as_bytes().try_into().unwrap())?;
            Some(format!("{leading}{}", char::from(check)))
        },
    )
}

proptest! {
    #[test]
    fn an_organisation_number_is_its_own_text(text in valid_org_number()) {
        let number: OrgNumber = text.parse().unwrap();
        prop_assert_eq!(number.as_str(), text);
    }

    #[test]
    fn one_wrong_digit_is_caught(text in valid_org_number(), at in 1usize..9, by in 1u8..10) {
        let mut digits = text.into_bytes();
        digits[at] = b'0' + (digits[at] - b'0' + by) % 10;
        let changed = String::from_utf8(digits).unwrap();
        prop_assert!(changed.parse::<OrgNumber>().is_err());
    }

    #[test]
    fn no_text_makes_a_word_panic(text in ".{0,80}") {
        let _ = text.parse::<OrgNumber>();
        let _ = text.parse::<NationalId>();
        let _ = text.parse::<MunicipalityNumber>();
        let _ = text.parse::<AuthorityId>();
        let _ = text.parse::<SourceId>().map(|source| source.authority());
        let _ = text.parse::<OrgForm>();
        let _ = text.parse::<RecordId>();
        let _ = text.parse::<Digest>();
    }

    #[test]
    fn an_identifier_survives_text_and_json(bytes in any::<[u8; 16]>()) {
        let id = RecordId::new(bytes);
        prop_assert_eq!(id.to_string().parse::<RecordId>().unwrap(), id);
        let json = serde_json::to_string(&id).unwrap();
        prop_assert_eq!(serde_json::from_str::<RecordId>(&json).unwrap(), id);
    }
}

#[test]
fn known_organisation_numbers_are_judged_right() {
    for real in ["974761211", "985399077", "991825827"] {
        assert!(real.parse::<OrgNumber>().is_ok());
    }
    assert_eq!("974761212".parse::<OrgNumber>(), Err(Error::CheckDigit));
    assert_eq!("174761211".parse::<OrgNumber>(), Err(Error::Character { position: 0 }));
    assert_eq!("97476121".parse::<OrgNumber>(), Err(Error::Length { expected: 9, found: 8 }));
}

#[test]
fn a_national_identity_number_needs_both_check_digits_and_a_date() {
    // Synthetic: month plus 80.
    let valid = synthetic_national_id();
    let id: NationalId = valid.parse().unwrap();
    assert!(id.is_synthetic());
    assert_eq!(format!("{id:?}"), "NationalId(…)");
    let mut wrong = valid.into_bytes();
    wrong[10] = b'0' + (wrong[10] - b'0' + 1) % 10;
    assert!(String::from_utf8(wrong).unwrap().parse::<NationalId>().is_err());
    assert!("00000000000".parse::<NationalId>().is_err());
}

/// The first number of 1 January 2000 (month plus 80) that both checks accept.
fn synthetic_national_id() -> String {
    (0..100_000u32)
        .map(|tail| format!("018100{tail:05}"))
        .find(|text| text.parse::<NationalId>().is_ok())
        .unwrap()
}

#[test]
fn forms_not_in_the_lists_are_unknown() {
    let kind = |text: &str| text.parse::<OrgForm>().unwrap().subject_kind();
    assert_eq!(kind("AS"), SubjectKind::Legal);
    assert_eq!(kind("SÆR"), SubjectKind::Legal);
    assert_eq!(kind("ENK"), SubjectKind::SoleProprietor);
    assert_eq!(kind("DA"), SubjectKind::PersonalLinked);
    assert_eq!(kind("BEDR"), SubjectKind::Unknown);
    assert_eq!(kind("XXX"), SubjectKind::Unknown);
}

#[test]
fn a_secret_has_no_printable_form() {
    let secret = Secret::new(*b"hunter2!");
    assert_eq!(format!("{secret:?}"), "Secret(…)");
    assert_eq!(secret.expose(), b"hunter2!");
}

#[test]
fn a_source_belongs_to_the_authority_before_its_dash() {
    let source: SourceId = "MAT-smilefjes".parse().unwrap();
    assert_eq!(source.authority().unwrap().as_str(), "MAT");
    let own: SourceId = AuthorityId::try_from("DAT".to_owned()).unwrap().into();
    assert_eq!(own.as_str(), "DAT");
    assert!("mat-x".parse::<SourceId>().unwrap().authority().is_err());
}

#[track_caller]
fn check_trace(text: &str, expected: Option<Trace>) {
    assert_eq!(trace(text.as_bytes()), expected, "{text}");
}

#[test]
fn numbers_and_addresses_of_persons_are_found_however_they_are_written() {
    let id = synthetic_national_id();
    let (day, tail) = id.split_at(6);
    check_trace(&format!("gjelder {id}."), Some(Trace::NationalId));
    check_trace(&format!("fnr{day} {tail}x"), Some(Trace::NationalId));
    check_trace(&format!("sak 12-{day}-{tail}"), Some(Trace::NationalId));
    check_trace(&format!("{}\u{a0}{tail}", day), Some(Trace::NationalId));
    let d_number = (0..100_000u32)
        .map(|tail| format!("418100{tail:05}"))
        .find(|text| text.parse::<NationalId>().is_ok());
    check_trace(&d_number.unwrap(), Some(Trace::NationalId));
    for phone in ["91234567", "912 34 567", "22 33 44 55", "5512 3456", "004791234567"] {
        check_trace(&format!("ring {phone} i morgen"), Some(Trace::Phone));
    }
    check_trace("+46 8 123 45 67", Some(Trace::Phone));
    check_trace("skriv til kari.nordmann@firma.example", Some(Trace::Email));
    check_trace("Kari+post@a-b.no, takk", Some(Trace::Email));
}

#[test]
fn what_is_no_persons_is_left_alone() {
    let texts = [
        "",
        "@",
        "pris @ 20 kr",
        "@firma.no",
        "navn@firma",
        "310 032 871",
        "974761211",
        "20261123 og 2026-11-23 og 23.11.2026",
        "kr 22 345 678",
        "kr 1 234 567",
        "konto 1234 56 78903",
        "aml. § 4-1, § 14-6 og § 18-8",
        "12345678901234567890123456789012345678901234567890",
        "kl. 10-12, 3 av 14 ansatte",
    ];
    texts.into_iter().for_each(|text| check_trace(text, None));
    let id = synthetic_national_id();
    check_trace(&format!("{}0", id), None);
    let next = (id.as_bytes()[10] - b'0' + 1) % 10;
    let ten = id.split_at(10).0;
    check_trace(&format!("{ten}{next}"), None);
}

proptest! {
    #[test]
    fn a_planted_number_is_found_in_any_text(
        before in "[a-zæøå .,]{0,40}",
        after in "[a-zæøå ]{0,40}",
    ) {
        let planted = format!("{before}{}{after}", synthetic_national_id());
        prop_assert_eq!(trace(planted.as_bytes()), Some(Trace::NationalId));
    }

    #[test]
    fn no_bytes_make_it_stumble(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = trace(&bytes);
    }
}
