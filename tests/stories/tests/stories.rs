//! What users may expect: one module for each story, Given/When/Then. Holds no helper of its own.

#[cfg(test)]
#[path = "stories/a_bundle_changes_what_is_held.rs"]
mod a_bundle_changes_what_is_held;
#[cfg(test)]
#[path = "stories/a_busy_lane_stops_nobody.rs"]
mod a_busy_lane_stops_nobody;
#[cfg(test)]
#[path = "stories/a_change_reaches_exactly_the_holders.rs"]
mod a_change_reaches_exactly_the_holders;
#[cfg(test)]
#[path = "stories/a_fault_never_widens.rs"]
mod a_fault_never_widens;
#[cfg(test)]
#[path = "stories/a_look_up_is_recorded_before_it_is_answered.rs"]
mod a_look_up_is_recorded_before_it_is_answered;
#[cfg(test)]
#[path = "stories/a_text_that_points_to_a_person_does_not_leave.rs"]
mod a_text_that_points_to_a_person_does_not_leave;
#[cfg(test)]
#[path = "stories/an_addressed_record_reaches_whom_it_names.rs"]
mod an_addressed_record_reaches_whom_it_names;
#[cfg(test)]
#[path = "stories/an_attack_gets_nothing_out.rs"]
mod an_attack_gets_nothing_out;
#[cfg(test)]
#[path = "stories/faults_lose_nothing.rs"]
mod faults_lose_nothing;
#[cfg(test)]
#[path = "stories/measures_for_one_recipient.rs"]
mod measures_for_one_recipient;
#[cfg(test)]
#[path = "stories/measures_of_the_plan.rs"]
mod measures_of_the_plan;
#[cfg(test)]
#[path = "stories/published_is_what_an_open_register_published.rs"]
mod published_is_what_an_open_register_published;
#[cfg(test)]
#[path = "stories/the_register_decides_who_a_person_is.rs"]
mod the_register_decides_who_a_person_is;
#[cfg(test)]
#[path = "stories/what_an_authority_drops_is_what_it_meant.rs"]
mod what_an_authority_drops_is_what_it_meant;
#[cfg(test)]
#[path = "stories/what_does_not_hold_is_set_aside.rs"]
mod what_does_not_hold_is_set_aside;
#[cfg(test)]
#[path = "stories/what_is_handed_in_as_json_is_posted_to_who_may_have_it.rs"]
mod what_is_handed_in_as_json_is_posted_to_who_may_have_it;
#[cfg(test)]
#[path = "stories/who_is_entitled_sees_and_nobody_else.rs"]
mod who_is_entitled_sees_and_nobody_else;
