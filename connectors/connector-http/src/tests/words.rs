//! Every code that a caller may read has its words in every language, and no word holds a value.

use crate::{Answer, Came, Error, Language, limits};
use connector::{Malformed, Refusal, Rule};
use serde_json::Value;
use standing::token;
use vocabulary::Trace;

const LANGUAGES: [Language; 3] = [Language::Bokmal, Language::Nynorsk, Language::English];

const ERRORS: [Error; 28] = [
    Error::Path,
    Error::Method,
    Error::MediaType,
    Error::Size,
    Error::Time,
    Error::Body(Malformed::Syntax),
    Error::Body(Malformed::Size),
    Error::Body(Malformed::Shape),
    Error::Body(Malformed::Authority),
    Error::Key,
    Error::KeyTaken,
    Error::Refused,
    Error::Nobody,
    Error::Token(token::Error::Form),
    Error::Token(token::Error::Algorithm),
    Error::Token(token::Error::Key),
    Error::Token(token::Error::Signature),
    Error::Token(token::Error::Issuer),
    Error::Token(token::Error::Audience),
    Error::Token(token::Error::Time),
    Error::Token(token::Error::Scope),
    Error::Token(token::Error::Organisation),
    Error::Token(token::Error::Keys),
    Error::Differ,
    Error::Source,
    Error::Kind,
    Error::Busy,
    Error::Held,
];

const RULES: [Rule; 20] = [
    Rule::Cells,
    Rule::Encoding,
    Rule::Required,
    Rule::Object,
    Rule::Operation,
    Rule::OrgNumber,
    Rule::Municipality,
    Rule::Date,
    Rule::Time,
    Rule::Integer,
    Rule::Amount,
    Rule::Code,
    Rule::Text,
    Rule::List,
    Rule::Twice,
    Rule::Depth,
    Rule::Form,
    Rule::Unmapped,
    Rule::Contract,
    Rule::Record(records_rule(), "fix"),
];

const fn records_rule() -> connector::RecordRule {
    connector::RecordRule::Required
}

#[test]
fn every_code_has_its_words_in_every_language() {
    for language in LANGUAGES {
        for error in ERRORS {
            let words = language.words(error.code()).unwrap();
            assert!(!words.rule.is_empty() && !words.fix.is_empty(), "{}", error.code());
            let answer = Answer::to(error, language);
            let problem: Value = serde_json::from_str(&answer.body).unwrap();
            assert_eq!(problem["title"], words.rule.as_str());
            assert_eq!(problem["code"], error.code());
            assert_eq!(problem["status"], answer.status);
            assert_eq!(problem["type"], format!("urn:samsyn:code:{}", error.code()));
        }
        for trace in Trace::ALL {
            let words = language.words(trace.code()).unwrap();
            assert!(!words.rule.is_empty() && !words.fix.is_empty(), "{}", trace.code());
        }
        for rule in RULES {
            let refusal = Refusal::new(0, "k", "p", rule);
            let (words, fix) = language.of_refusal(&refusal);
            assert!(!words.is_empty() && !fix.is_empty());
            let english = words == rule.rule();
            assert_eq!(english, language == Language::English, "{} {words}", rule.code());
        }
    }
}

#[test]
fn the_language_wanted_most_is_spoken() {
    for (header, tag) in [
        ("", "nb"),
        ("nn", "nn"),
        ("nn-NO, nb;q=0.9, en;q=0.8", "nn"),
        ("de, fr;q=0.9, en;q=0.1", "en"),
        ("en;q=0.3, no;q=0.5", "nb"),
        ("en;q=0, nn;q=0.1", "nn"),
        ("*", "nb"),
        ("en;q=;,,;", "nb"),
    ] {
        assert_eq!(Language::accepted(header).tag(), tag, "{header}");
    }
}

#[test]
fn an_answer_is_bounded_and_a_problem_only_when_all_was_refused() {
    let refusals = || (0..50).map(|_| Refusal::new(0, "k", "p", Rule::Code)).collect();
    let all: Vec<Came> = (0..1_000).map(|_| Came::Refused(refusals())).collect();
    let answer = Answer::of(&all, Language::Bokmal);
    assert_eq!((answer.status, answer.media_type()), (422, crate::answer::PROBLEM));
    let body: Value = serde_json::from_str(&answer.body).unwrap();
    let results = body["results"].as_array().unwrap();
    assert_eq!(results.len(), 1_000);
    let told = |result: &&Value| result["problems"][0]["fix"].is_string();
    assert_eq!(results.iter().filter(told).count(), limits::TOLD / limits::TOLD_OF_ONE);
    assert_eq!(results[999]["problems"][0]["code"], "CONN-018");
    let mixed = Answer::of(&[Came::Unchanged, Came::Refused(refusals())], Language::English);
    assert_eq!((mixed.status, mixed.media_type()), (200, crate::answer::JSON));
    assert_eq!(Answer::of(&[], Language::English).status, 200);
}
