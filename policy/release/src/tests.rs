//! Which of two kinds is the stricter, and that unknown always is.

use crate::facts::stricter;
use vocabulary::SubjectKind;

#[test]
fn an_unknown_form_is_never_widened_by_a_stamp() {
    for stamped in SubjectKind::ALL {
        assert_eq!(stricter(*stamped, SubjectKind::Unknown), SubjectKind::Unknown);
        assert_eq!(stricter(SubjectKind::Unknown, *stamped), SubjectKind::Unknown);
    }
}

#[test]
fn a_company_needs_both_the_source_and_the_register_to_say_so() {
    use SubjectKind::{Facility, Legal, Person, PersonalLinked, SoleProprietor};
    for natural in [SoleProprietor, Person, PersonalLinked] {
        for free in [Legal, Facility] {
            assert_eq!(stricter(natural, free), natural);
            assert_eq!(stricter(free, natural), natural);
        }
    }
    assert_eq!(stricter(Legal, Legal), Legal);
}
