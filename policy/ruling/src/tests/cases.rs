//! The rulebook's own cases, asked.

use super::{files, national};
use crate::{BundleFiles, run_cases};

#[test]
fn every_case_of_national_2026_is_answered_as_expected() {
    let files = files("national-2026");
    let results = run_cases(national(), &files).unwrap();
    let wrong: Vec<String> = results
        .iter()
        .filter(|result| !result.failures.is_empty())
        .map(|result| {
            format!(
                "{}:{} {}\n  {}",
                result.file,
                result.line,
                result.name,
                result.failures.join("\n  ")
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(results.len() >= 250, "{} cases", results.len());
}

#[test]
fn a_wrong_expectation_is_named_and_an_impossible_case_refused() {
    let bundle = national();
    let case = |body: &str| {
        let head = "[[case]]\nname = \"q\"\nviews = [\"buyer-private\"]\nsenders = [\"DAT\"]\n";
        BundleFiles([("cases/a.toml".to_owned(), format!("{head}{body}").into_bytes())].into())
    };
    let approval =
        "record_type = \"approval_status\"\nfacts = { regime = \"fvl\", scheme = \"renhold\" }\n";
    let ask = |body: &str| run_cases(bundle, &case(&format!("{approval}{body}")));
    let failures = |body: &str| ask(body).unwrap().remove(0).failures.len();
    assert_eq!(failures("record = \"release\"\nonly = [\"class:PUB\"]"), 0);
    assert_eq!(failures("record = \"withhold\""), 1);
    assert_eq!(failures("record = \"release\"\nleaves = [\"begrunnelse\"]"), 1);
    assert_eq!(failures("record = \"release\"\nstays = [\"status\"]"), 1);
    assert!(failures("record = \"release\"\nonly = [\"status\"]") > 1);
    assert!(failures("record = \"release\"\nbases = [\"OFFL3\"]") > 1);
    assert_eq!(failures("record = \"release\"\nforms = { status = \"mask\" }"), 1);
    for body in
        ["record = \"release\"\nleaves = [\"nope\"]", "record = \"release\"\non = [\"NOPE\"]"]
    {
        assert_eq!(ask(body).unwrap_err().first().map(crate::Error::code), Some("RULE-024"));
    }
}
