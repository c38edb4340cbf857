//! The languages of what people read in a problem: bokmål, nynorsk, English. Texts are data; what
//! went wrong was decided before.

use crate::limits;
use connector::{Refusal, Rule};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A language of the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// Bokmål, which is also the answer to nothing and to anything else.
    #[default]
    Bokmal,
    /// Nynorsk.
    Nynorsk,
    /// English.
    English,
}

/// A rule in words, and what the reader can do.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    pub(crate) rule: String,
    pub(crate) fix: String,
}

type Texts = BTreeMap<String, Words>;

static TEXTS: LazyLock<[Texts; 3]> = LazyLock::new(|| {
    let read = |text: &str| toml::from_str(text).unwrap_or_default();
    [
        read(include_str!("../texts/nb.toml")),
        read(include_str!("../texts/nn.toml")),
        read(include_str!("../texts/en.toml")),
    ]
});

// === impl Language ===

impl Language {
    /// Every language.
    pub(crate) const ALL: [Language; 3] = [Language::Bokmal, Language::Nynorsk, Language::English];

    /// The language that an `Accept-Language` wants most (RFC 9110, 12.5.4).
    pub fn accepted(header: &str) -> Language {
        let range = |range: &str| {
            let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
            let weight: f32 = weight.trim().strip_prefix("q=")?.parse().ok()?;
            let primary = tag.trim().split('-').next()?.to_lowercase();
            let language = match primary.as_str() {
                "nb" | "no" => Language::Bokmal,
                "nn" => Language::Nynorsk,
                "en" => Language::English,
                _ => return None,
            };
            (weight > 0.0).then_some((language, weight))
        };
        let ranges = header.split(',').take(limits::LANGUAGES).filter_map(range);
        // The first of equals.
        let best = ranges.reduce(|best, other| if other.1 > best.1 { other } else { best });
        best.map(|(language, _)| language).unwrap_or_default()
    }

    /// Its tag (BCP 47).
    pub const fn tag(self) -> &'static str {
        match self {
            Language::Bokmal => "nb",
            Language::Nynorsk => "nn",
            Language::English => "en",
        }
    }

    /// The words of a code.
    pub(crate) fn words(self, code: &str) -> Option<&'static Words> {
        let [bokmal, nynorsk, english] = &*TEXTS;
        match self {
            Language::Bokmal => bokmal,
            Language::Nynorsk => nynorsk,
            Language::English => english,
        }
        .get(code)
    }

    /// The rule and the fix of a refusal. In English they are the rule's own, which is exact about
    /// each field.
    pub(crate) fn of_refusal(self, refusal: &Refusal) -> (&'static str, &'static str) {
        let rule: Rule = refusal.rule();
        match self.words(rule.code()) {
            Some(words) if self != Language::English => (&words.rule, &words.fix),
            _ => (rule.rule(), rule.fix()),
        }
    }
}
