//! Every type and list equals the contract's: the same fields under the same names in the same
//! order, the same symbols; nothing in one that is not in the other.

use super::TYPES;
use crate::*;
use avro_tree::{Node, Schema};
use std::collections::BTreeMap;
use vocabulary::{ChangeKind, RecordType, RetentionState, SubjectKind};

type Names = &'static [(&'static str, &'static str)];

/// Every record of the contract: its name, ours, our fields.
pub(crate) fn records() -> BTreeMap<&'static str, (&'static str, Names)> {
    macro_rules! table {
        ($($wire:literal = $name:ident,)+) => {
            BTreeMap::from([$((concat!("no.samsyn.", $wire), (stringify!($name), $name::NAMES)),)+])
        };
    }
    table! {
        "Konvolutt" = Envelope, "Subjekt" = Subject, "Lokalitet" = Location,
        "Kontaktpunkt" = Contact, "Alvorsgrad" = Severity,
        "SamtidigKontroll" = ConcurrentInspection,
        "Melding" = Alert, "Meldingsinnhold" = AlertContent,
        "Tilsynsrapport" = InspectionReport, "TilsynsrapportFakta" = InspectionReportFacts,
        "Tilsynsegenskaper" = InspectionAttributes, "Tilsynsaktivitet" = InspectionActivity,
        "Anmerkning" = Remark, "BruddOgReaksjon" = Breach, "Vurdering" = Grade,
        "Tilsynskoordinering" = PlannedInspection,
        "TilsynskoordineringFakta" = PlannedInspectionFacts, "PlanlagtKontroll" = PlannedVisit,
        "Kampanje" = Campaign, "Konfliktvarsel" = ConflictHint,
        "Reaksjon" = Sanction, "ReaksjonFakta" = SanctionFacts,
        "Godkjenningsstatus" = ApprovalStatus, "GodkjenningsstatusFakta" = ApprovalStatusFacts,
        "Trendrapport" = TrendAggregate, "TrendrapportFakta" = TrendAggregateFacts,
        "AarligTotal" = YearlyTotal,
        "MeldingTilAnnenMyndighet" = AuthorityAlert,
        "MeldingTilAnnenMyndighetFakta" = AuthorityAlertFacts,
        "Stansvedtak" = SuspensionDecision, "StansvedtakFakta" = SuspensionDecisionFacts,
        "Stanssted" = SuspendedSite,
        "Bevilling" = FoodServiceLicence, "BevillingFakta" = FoodServiceLicenceFacts,
        "Serveringssted" = LicensedPremises, "PersonMedInnflytelse" = InfluentialPerson,
        "Arbeidsavtalekontroll" = EmploymentContractCheck,
        "ArbeidsavtalekontrollFakta" = EmploymentContractCheckFacts,
        "Saksnotat" = CaseNote, "SaksnotatFakta" = CaseNoteFacts, "Sakspart" = CasePerson,
        "Funn" = Finding, "FunnFakta" = FindingFacts,
    }
}

/// Every closed list of the contract, and our words for it.
fn lists() -> BTreeMap<&'static str, Vec<&'static str>> {
    macro_rules! table {
        ($($wire:literal = $name:ident,)+) => {
            BTreeMap::from([$((
                concat!("no.samsyn.", $wire),
                $name::ALL.iter().map(|word| word.as_str()).collect(),
            ),)+])
        };
    }
    table! {
        "JaNei" = YesNo, "Tilsynsstatus" = InspectionState, "Uanmeldttilsyn" = Unannounced,
        "Storulykketilsyn" = MajorAccident, "Taushetsregime" = SecrecyRegime,
        "Driftsstatus" = OperationStatus, "Meldingstype" = AlertType, "Utfall" = Outcome,
        "Vedtaksstatus" = DecisionState, "Reaksjonstype" = SanctionKind,
        "Adressattype" = AddresseeKind, "Klagestatus" = AppealStatus,
        "Godkjenningsordning" = ApprovalScheme, "Registerstatus" = RegisterStatus,
        "Subjekttype" = SubjectKind, "Endringstype" = ChangeKind,
        "Bevaringstilstand" = RetentionState, "Posttype" = RecordType,
        "Utvalg" = Selection, "Stoerrelsesgruppe" = SizeGroup,
        "Publiseringsstatus" = PublicationState, "Stansomfang" = SuspensionScope,
        "Stansgrunn" = SuspensionGround, "Stanskode" = SuspensionReason,
        "Bevillingsstatus" = LicenceState, "Bevillingstype" = LicenceKind,
        "Hoeringssvar" = HearingAnswer, "Vandelsvurdering" = ConductAssessment,
        "Kontrollnivaa" = CheckLevel, "Loennsnivaa" = WageLevel,
        "Registertreff" = RegisterMatch, "IdKontroll" = IdentityCheck,
        "Kontrollresultat" = CheckResult, "Videredeling" = OnwardSharing,
        "Partsrolle" = CaseRole, "Funntype" = FindingKind,
    }
}

/// The named records of a schema with their fields, and its named lists with their symbols.
pub(crate) fn named(schema: &Schema) -> (BTreeMap<String, Vec<avro_tree::FieldId>>, Lists) {
    let (mut records, mut lists) = (BTreeMap::new(), BTreeMap::new());
    let mut waiting = vec![schema.root()];
    while let Some(id) = waiting.pop() {
        match schema.node(id) {
            Node::Record { name, fields } => {
                waiting.extend(fields.iter().map(|field| schema.field(*field).node()));
                records.insert(name.clone(), fields.clone());
            }
            Node::Enum { name, symbols } => {
                lists.insert(name.clone(), symbols.clone());
            }
            Node::Array(item) => waiting.push(*item),
            Node::Union(branches) => waiting.extend(branches),
            _ => {}
        }
    }
    (records, lists)
}

type Lists = BTreeMap<String, Vec<String>>;

#[test]
fn types_and_contract_are_equal() {
    let (mut seen_records, mut seen_lists) = (BTreeMap::new(), BTreeMap::new());
    for record_type in TYPES.iter().copied() {
        let schema = schema(record_type);
        let (found, found_lists) = named(&schema);
        for (name, fields) in found {
            let (_, ours) = records()[name.as_str()];
            let theirs: Vec<(String, String)> = fields
                .iter()
                .map(|id| schema.field(*id))
                .map(|field| (field.name().to_owned(), field.english().unwrap().to_owned()))
                .collect();
            let ours: Vec<(String, String)> = ours
                .iter()
                .map(|(wire, english)| (wire.to_string(), english.to_string()))
                .collect();
            assert_eq!(ours, theirs, "{name}");
            seen_records.insert(name, ());
        }
        for (name, symbols) in found_lists {
            assert_eq!(lists()[name.as_str()], symbols, "{name}");
            seen_lists.insert(name, ());
        }
    }
    assert!(records().keys().copied().eq(seen_records.keys().map(String::as_str)));
    assert!(lists().keys().copied().eq(seen_lists.keys().map(String::as_str)));
}

#[test]
fn every_field_has_class_english_name_paragraph_and_doc() {
    for record_type in TYPES.iter().copied() {
        for field in schema(record_type).fields() {
            let path = field.path();
            assert!(field.class().is_some(), "{path} has no class");
            assert!(field.english().is_some(), "{path} has no English name");
            assert!(field.paragraph().is_some(), "{path} has no paragraph");
            assert!(field.doc().is_some(), "{path} has no doc");
        }
    }
}

#[test]
fn free_text_is_never_public_nor_merely_official() {
    for record_type in TYPES.iter().copied() {
        for field in schema(record_type).fields().iter().filter(|field| field.free_text()) {
            let class = field.class().unwrap().as_str();
            assert!(matches!(class, "PER" | "EMB" | "INT"), "{} is {class}", field.path());
            assert!(!field.published(), "{} is published", field.path());
        }
    }
}

#[test]
fn the_frozen_fields_begin_the_envelope_and_an_alert_has_its_addressee_too() {
    for record_type in TYPES.iter().copied() {
        let schema = schema(record_type);
        let frozen = schema.fields().iter().filter(|field| field.frozen());
        let mut frozen: Vec<_> = frozen.map(|field| field.path()).collect();
        if record_type == RecordType::Alert {
            assert_eq!(frozen.pop(), Some("mottaker"));
        }
        assert_eq!(
            frozen,
            [
                "konvolutt.postId",
                "konvolutt.versjon",
                "konvolutt.endringstype",
                "konvolutt.tilsynsmyndighet",
                "konvolutt.registrertTidspunkt"
            ]
        );
        let first = schema.children(schema.field_by_path("konvolutt").unwrap()).take(5);
        assert!(first.map(|id| schema.field(id).path()).eq(frozen));
    }
}

#[test]
fn neither_identity_numbers_nor_union_dues_have_a_field() {
    for record_type in TYPES.iter().copied() {
        for field in schema(record_type).fields() {
            let name = field.name().to_lowercase();
            for never in ["foedselsnummer", "fnr", "dnummer", "fagforening", "kontingent"] {
                assert!(!name.contains(never), "{}", field.path());
            }
        }
    }
}

#[test]
fn facts_are_few_enough_and_within_the_record() {
    let sizes: Vec<_> = TYPES.iter().map(|kind| schema(*kind).facts().size()).collect();
    assert_eq!(sizes, [120, 180, 504, 324, 108, 72, 336, 216, 144, 216, 72]);
}

#[test]
fn only_the_columns_of_the_open_list_are_published() {
    let schema = schema(RecordType::InspectionReport);
    let published: Vec<_> = schema
        .field_ids()
        .filter(|id| schema.field(*id).published() && schema.children(*id).next().is_none())
        .map(|id| schema.field(id).path().to_owned())
        .collect();
    assert_eq!(
        published,
        [
            "subjekt.tildaenhet",
            "subjekt.objektId",
            "subjekt.navn",
            "kontrolladresser[].adresselinje",
            "kontrolladresser[].adressenavn",
            "kontrolladresser[].adressenummer",
            "kontrolladresser[].postnummer",
            "kontrolladresser[].poststedsnavn",
            "utfoerteTilsynsaktiviteter[].startdatoForTilsynsaktivitet",
            "samletVurdering",
            "vurderinger[].omraade",
            "vurderinger[].karakter",
            "vurderingsstatus",
        ]
    );
    for id in schema.field_ids().filter(|id| schema.field(*id).published()) {
        let above = schema.lineage(id).all(|above| schema.field(above).published());
        assert!(above, "{} lies in what is not published", schema.field(id).path());
    }
}
