//! Yearly totals over one subject, or over a cell of subjects (Tilda: trendrapport). Declares only;
//! rules are in `check`.

use crate::declare::{list, record};
use crate::{Envelope, SecrecyRegime, Subject};
use serde::{Deserialize, Serialize};
use vocabulary::SubjectKind;

record! {
    /// Yearly totals over one subject, or over a cell of subjects (Tilda: trendrapport).
    TrendAggregate {
        /// What every record carries.
        envelope = "konvolutt": Envelope,
        /// Who or what the record is about.
        subject = "subjekt": Subject,
        /// The facts that reclassify the fields; a missing one is read as the strictest.
        facts = "fakta": TrendAggregateFacts,
        /// Size of the subjects of a cell; its municipality and industry stand in subjekt.
        size_group = "stoerrelsesgruppe": Option<SizeGroup>,
        /// Subjects of the cell.
        subjects = "antallSubjekter": Option<i32>,
        /// Totals year by year.
        years = "aarligeTildaenhetTotaler": Option<Vec<YearlyTotal>>,
    }
}

record! {
    /// Facts of a trend.
    #[derive(Default)]
    TrendAggregateFacts {
        /// What kind of subject the record is about.
        subject_kind = "subjekttype": Option<SubjectKind>,
        /// The law of secrecy the producer holds the record under.
        secrecy_regime = "taushetsregime": Option<SecrecyRegime>,
        /// What the totals are over; a small cell is the strictest, since it points to few.
        selection = "utvalg": Option<Selection>,
    }
}

record! {
    /// Totals of one calendar year.
    #[derive(Default)]
    YearlyTotal {
        /// The calendar year.
        year = "trenddataForKalenderAar": Option<i32>,
        /// Months of the year that there are data for.
        months_with_data = "antallMaanederMedData": Option<i32>,
        /// Inspections.
        inspections = "antallTilsyn": Option<i32>,
        /// Inspections without a reaction.
        inspections_without_sanction = "antallTilsynUtenReaksjoner": Option<i32>,
        /// Inspections with a reaction.
        inspections_with_sanction = "antallTilsynMedReaksjoner": Option<i32>,
        /// Controls.
        controls = "antallKontroller": Option<i32>,
        /// Controls without a reaction.
        controls_without_sanction = "antallKontrollerUtenReaksjoner": Option<i32>,
        /// Controls with a reaction.
        controls_with_sanction = "antallKontrollerMedReaksjoner": Option<i32>,
        /// Remarks.
        remarks = "antallAnmerkninger": Option<i32>,
        /// Messages to other authorities.
        alerts = "antallMeldingerTilAnnenMyndighet": Option<i32>,
        /// Reports to the police.
        police_reports = "antallAnmeldteReaksjoner": Option<i32>,
    }
}

list!(
    /// What totals are over (`utvalg`).
    Selection {
        /// One subject.
        OneSubject = "enkeltsubjekt",
        /// A cell of fewer than five subjects.
        SmallCell = "celleUnderFem",
        /// A cell of five subjects or more.
        LargeCell = "celleFemEllerFlere",
    }
);

list!(
    /// Employees of the subjects of a cell (`stoerrelsesgruppe`).
    SizeGroup {
        /// None.
        None = "ingenAnsatte",
        /// 1 to 4.
        To4 = "ansatte1til4",
        /// 5 to 19.
        To19 = "ansatte5til19",
        /// 20 to 99.
        To99 = "ansatte20til99",
        /// 100 or more.
        From100 = "ansatte100ellerFlere",
    }
);
