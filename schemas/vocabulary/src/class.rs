//! Confidentiality classes of fields. Which class a recipient may see is decided in `ruling`, not
//! here.

use crate::Error;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The confidentiality class of a field written in the contract as `"class"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum FieldClass {
    /// May be on the open web.
    Pub,
    /// Not secret, not actively published (offentleglova § 3).
    Off,
    /// Business secret (forvaltningsloven § 13 first paragraph no. 2).
    Biz,
    /// Personal circumstances (forvaltningsloven § 13 first paragraph no. 1).
    Per,
    /// Special category (GDPR Art. 9).
    Sen,
    /// Offences and suspicion about a person (GDPR Art. 10).
    Cri,
    /// Intelligence and compilation in a-krim work (a-krim regulation § 5).
    Int,
    /// Identity of who reported (arbeidsmiljøloven § 18-2); never routable.
    Src,
    /// An inspection plan before it happens (offentleglova § 24 first paragraph).
    Emb,
    /// Tax or customs secret (skatteforvaltningsloven § 3-1, vareførselsloven § 7-10).
    Tax,
    /// Contact data of an authority's staff.
    Ops,
}

impl FieldClass {
    /// Every class, in declared order.
    pub const ALL: [FieldClass; 11] = [
        FieldClass::Pub,
        FieldClass::Off,
        FieldClass::Biz,
        FieldClass::Per,
        FieldClass::Sen,
        FieldClass::Cri,
        FieldClass::Int,
        FieldClass::Src,
        FieldClass::Emb,
        FieldClass::Tax,
        FieldClass::Ops,
    ];

    /// The word as it stands in the contract: three capital letters.
    pub const fn as_str(self) -> &'static str {
        match self {
            FieldClass::Pub => "PUB",
            FieldClass::Off => "OFF",
            FieldClass::Biz => "BIZ",
            FieldClass::Per => "PER",
            FieldClass::Sen => "SEN",
            FieldClass::Cri => "CRI",
            FieldClass::Int => "INT",
            FieldClass::Src => "SRC",
            FieldClass::Emb => "EMB",
            FieldClass::Tax => "TAX",
            FieldClass::Ops => "OPS",
        }
    }

    /// Whether even the existence of a withheld value must not be told: the recipient
    /// cannot tell withheld from absent.
    pub const fn is_covert(self) -> bool {
        matches!(self, FieldClass::Emb | FieldClass::Int | FieldClass::Cri | FieldClass::Src)
    }
}

// === impl FieldClass ===

impl fmt::Display for FieldClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for FieldClass {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|class| class.as_str() == text).ok_or(Error::Unknown)
    }
}
