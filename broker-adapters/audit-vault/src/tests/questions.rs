//! Questions: only recorded ones, only what they ask, and answers that prove themselves.

use super::*;
use audit::{EntryKind, Inquiry, Question, Recorded};
use std::fs;
use vocabulary::EntryId;

/// Records the question as the exchange would and integrates it.
fn ask(vault: &mut Vault, recorder: &mut Recorder, question: Question) -> EntryId {
    let inquiry = Inquiry { question, asker: "dpo".to_owned(), reason: "innsyn".to_owned() };
    let recorded: Recorded<Plain> = recorder.access(AT, Digest::new([1; 32]), &inquiry).unwrap();
    let (entry, _) = recorded.into_parts();
    let position = vault.position() + 1;
    vault.integrate(std::slice::from_ref(&entry), position).unwrap();
    vault.publish(AT).unwrap();
    entry.id()
}

fn who_got(subject: &str) -> Question {
    Question::WhoGot { subject: subject.to_owned() }
}

#[test]
fn who_got_finds_exactly_the_entries_about_the_subject() {
    let (scene, mut recorder) = (Scene::new(), recorder());
    let mut vault = scene.open();
    vault.integrate(&entries(&mut recorder, 200), 200).unwrap();
    let id = ask(&mut vault, &mut recorder, who_got(SUBJECT));
    let reader = scene.reader();
    let answers = reader.who_got(&reader.access(&id).unwrap(), 0).unwrap();
    let releases: Vec<_> =
        answers.found.iter().filter(|answer| answer.entry.kind() == EntryKind::Release).collect();
    assert_eq!(releases.len(), 20);
    assert!(releases.iter().all(|found| found.leaf.is_multiple_of(10)));
    assert!(releases.iter().all(|found| found.entry.rows().len() == 2));
    // The look-up itself is about the subject too.
    let last = answers.found.last().unwrap();
    assert_eq!((last.entry.id(), last.entry.kind()), (id, EntryKind::Access));
    assert_eq!(answers.next, None);
}

#[test]
fn answers_come_page_by_page() {
    let (scene, mut recorder) = (Scene::new(), recorder());
    let mut vault = scene.open();
    let many: Vec<_> = (0..limits::MAX_ANSWERS + 50).map(|_| shared("MAT", SUBJECT, AT)).collect();
    let many: Vec<_> = many.into_iter().map(|shared| entry(&mut recorder, shared)).collect();
    vault.integrate(&many, 1050).unwrap();
    let id = ask(&mut vault, &mut recorder, who_got(SUBJECT));
    let reader = scene.reader();
    let access = reader.access(&id).unwrap();
    let first = reader.who_got(&access, 0).unwrap();
    let second = reader.who_got(&access, first.next.unwrap()).unwrap();
    assert_eq!((first.found.len(), second.found.len(), second.next), (1000, 51, None));
}

#[test]
fn a_question_that_is_not_recorded_is_not_answered() {
    let (scene, mut recorder) = (Scene::new(), recorder());
    let mut vault = scene.open();
    let all = entries(&mut recorder, 3);
    vault.integrate(&all, 3).unwrap();
    let reader = scene.reader();
    // No such entry; an entry that is no question; one recorded but not integrated yet.
    let inquiry =
        Inquiry { question: who_got(SUBJECT), asker: "x".to_owned(), reason: "y".to_owned() };
    let waiting: Recorded<Plain> = recorder.access(AT, Digest::new([1; 32]), &inquiry).unwrap();
    for id in [EntryId::new([9; 16]), all[0].id(), waiting.entry().id()] {
        assert!(matches!(reader.access(&id), Err(Error::Unrecorded)));
    }
    // One recorded question is no licence for another kind of answer.
    recorder.abandon(waiting.entry().counter()).unwrap();
    let id = ask(&mut vault, &mut recorder, who_got(SUBJECT));
    let access = reader.access(&id).unwrap();
    assert!(matches!(reader.explain(&access), Err(Error::Unrecorded)));
    assert!(matches!(reader.receipt(&access, scene.key().public()), Err(Error::Unrecorded)));
}

#[test]
fn an_entry_is_explained_with_its_plans() {
    let (scene, mut recorder) = (Scene::new(), recorder());
    let mut vault = scene.open();
    let plan = seal::sha256(&[b"test plan"]);
    let detail = r#"{"plan":"fields and bases"}"#.to_owned();
    let recorded: Recorded<Plain> =
        recorder.plan(AT, Digest::new([1; 32]), &plan, detail.clone()).unwrap();
    let told = entry(&mut recorder, shared("MAT", SUBJECT, AT));
    vault.integrate(&[recorded.into_parts().0, told.clone()], 2).unwrap();
    let id = ask(&mut vault, &mut recorder, Question::Explain { entry: told.id() });
    let reader = scene.reader();
    let explained = reader.explain(&reader.access(&id).unwrap()).unwrap();
    assert_eq!((explained.answer.leaf, explained.answer.entry), (1, told));
    assert_eq!(explained.plans, [(plan, detail)]);
}

#[test]
fn a_receipt_proves_one_row_offline() {
    let (scene, mut recorder) = (Scene::new(), recorder());
    let mut vault = scene.open();
    let all = entries(&mut recorder, 300);
    vault.integrate(&all, 300).unwrap();
    let view = "tilda-supervisor".parse().unwrap();
    let question = Question::Receipt { entry: all[270].id(), view, recipient: None };
    let id = ask(&mut vault, &mut recorder, question);
    let reader = scene.reader();
    let key = scene.key();
    let receipt = reader.receipt(&reader.access(&id).unwrap(), key.public()).unwrap();
    assert_eq!(receipt.verify(key.public()).unwrap().leaf.id(), all[270].id());
    assert!(receipt.covers(b"less") && !receipt.covers(b"planted"));
    let view = "buyer-private".parse().unwrap();
    let question = Question::Receipt { entry: all[270].id(), view, recipient: None };
    let id = ask(&mut vault, &mut recorder, question);
    let access = reader.access(&id).unwrap();
    assert!(matches!(reader.receipt(&access, key.public()), Err(Error::Unknown)));
}

#[test]
fn no_file_of_the_vault_tells_a_subject_or_a_view() {
    let (scene, mut recorder) = (Scene::new(), recorder());
    let mut vault = scene.open();
    let about = shared("MAT", "planted-subject", AT);
    vault.integrate(&[entry(&mut recorder, about)], 1).unwrap();
    vault.publish(AT).unwrap();
    let mut folders = vec![scene.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for file in fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = fs::read(&path).unwrap();
            for told in [&b"planted"[..], b"akrim-core", b"tilda-supervisor"] {
                assert!(!bytes.windows(told.len()).any(|window| window == told), "{path:?}");
            }
        }
    }
}
