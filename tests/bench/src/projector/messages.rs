//! Two schemas in the contract's manner (a frozen head, all else nullable) and seeded messages of
//! them. Fields of class BIZ are those a view leaves out.

use avro_span::value::{write_bool, write_long, write_str};

/// An inspection report with deviations.
pub(super) const REPORT: &str = r#"{"type":"record","name":"bench.Report","fields":[
{"name":"head","class":"OFF","type":{"type":"record","name":"Head","fields":[
 {"name":"id","class":"OFF","frozen":true,"type":{"type":"fixed","name":"Id","size":16}},
 {"name":"version","class":"OFF","frozen":true,"type":"long"},
 {"name":"change","class":"OFF","frozen":true,
  "type":{"type":"enum","name":"Change","symbols":["new","corrected","retracted","restricted"]}},
 {"name":"authority","class":"OFF","frozen":true,"type":"string"},
 {"name":"recorded_at","class":"OFF","frozen":true,
  "type":{"type":"long","logicalType":"timestamp-micros"}}]}},
{"name":"subject_org","class":"OFF","type":["null","string"]},
{"name":"subject_name","class":"OFF","type":["null","string"]},
{"name":"industry_code","class":"OFF","type":["null","string"]},
{"name":"inspected_at","class":"OFF","type":["null","long"]},
{"name":"created_at","class":"OFF","type":["null","long"]},
{"name":"published_at","class":"OFF","type":["null","long"]},
{"name":"case_year","class":"OFF","type":["null","int"]},
{"name":"kind","class":"OFF","type":["null",{"type":"enum","name":"Kind",
 "symbols":["k0","k1","k2","k3","k4","k5","k6","k7"]}]},
{"name":"status","class":"OFF","type":["null",{"type":"enum","name":"Status",
 "symbols":["s0","s1","s2","s3","s4","s5"]}]},
{"name":"announced","class":"OFF","type":["null","boolean"]},
{"name":"joint_action","class":"OFF","type":["null","boolean"]},
{"name":"case_number","class":"BIZ","type":["null","string"]},
{"name":"municipality","class":"OFF","type":["null","string"]},
{"name":"street_address","class":"BIZ","type":["null","string"]},
{"name":"postal_code","class":"OFF","type":["null","string"]},
{"name":"latitude","class":"BIZ","type":["null","double"]},
{"name":"longitude","class":"BIZ","type":["null","double"]},
{"name":"employees_seen","class":"OFF","type":["null","int"]},
{"name":"employees_total","class":"OFF","type":["null","int"]},
{"name":"supervisor_unit","class":"BIZ","type":["null","string"]},
{"name":"inspector_id","class":"BIZ","type":["null","string"]},
{"name":"inspector_name","class":"BIZ","type":["null","string"]},
{"name":"contact","class":"OFF","type":["null",{"type":"record","name":"Contact","fields":[
 {"name":"full_name","class":"OFF","type":["null","string"]},
 {"name":"national_id","class":"BIZ","type":["null","string"]},
 {"name":"birth_day","class":"BIZ","type":["null","int"]},
 {"name":"phone","class":"BIZ","type":["null","string"]},
 {"name":"email","class":"OFF","type":["null","string"]},
 {"name":"address","class":"OFF","type":["null","string"]}]}]},
{"name":"deviations","class":"OFF","type":["null",{"type":"array","items":
 {"type":"record","name":"Deviation","fields":[
 {"name":"code","class":"OFF","type":["null","string"]},
 {"name":"severity","class":"OFF","type":["null",{"type":"enum","name":"Severity",
  "symbols":["v0","v1","v2","v3","v4"]}]},
 {"name":"description","class":"OFF","type":["null","string"]},
 {"name":"legal_reference","class":"OFF","type":["null","string"]},
 {"name":"deadline","class":"OFF","type":["null","int"]},
 {"name":"internal_assessment","class":"BIZ","type":["null","string"]},
 {"name":"corrected","class":"OFF","type":["null","boolean"]},
 {"name":"fine","class":"BIZ","type":["null","long"]},
 {"name":"inspector_note","class":"BIZ","type":["null","string"]}]}}]},
{"name":"tags","class":"OFF","type":["null",{"type":"array","items":"string"}]},
{"name":"fine_total","class":"OFF","type":["null","long"]},
{"name":"daily_penalty","class":"OFF","type":["null","long"]},
{"name":"police_case","class":"BIZ","type":["null","string"]},
{"name":"tax_case","class":"BIZ","type":["null","string"]},
{"name":"risk_score","class":"BIZ","type":["null","double"]},
{"name":"risk_class","class":"BIZ","type":["null","int"]},
{"name":"tip_source","class":"BIZ","type":["null","string"]},
{"name":"summary","class":"OFF","type":["null","string"]},
{"name":"internal_remarks","class":"BIZ","type":["null","string"]},
{"name":"followup","class":"OFF","type":["null","boolean"]},
{"name":"followup_at","class":"OFF","type":["null","long"]}]}"#;

/// A notice of a changed standing: the short one.
pub(super) const NOTICE: &str = r#"{"type":"record","name":"bench.Notice","fields":[
{"name":"head","class":"OFF","type":{"type":"record","name":"Head","fields":[
 {"name":"id","class":"OFF","frozen":true,"type":{"type":"fixed","name":"Id","size":16}},
 {"name":"version","class":"OFF","frozen":true,"type":"long"},
 {"name":"change","class":"OFF","frozen":true,
  "type":{"type":"enum","name":"Change","symbols":["new","corrected","retracted","restricted"]}},
 {"name":"authority","class":"OFF","frozen":true,"type":"string"},
 {"name":"recorded_at","class":"OFF","frozen":true,
  "type":{"type":"long","logicalType":"timestamp-micros"}}]}},
{"name":"subject_org","class":"OFF","type":["null","string"]},
{"name":"subject_name","class":"OFF","type":["null","string"]},
{"name":"kind","class":"OFF","type":["null",{"type":"enum","name":"Kind",
 "symbols":["k0","k1","k2","k3","k4","k5","k6","k7"]}]},
{"name":"status","class":"OFF","type":["null",{"type":"enum","name":"Status",
 "symbols":["s0","s1","s2","s3","s4","s5"]}]},
{"name":"changed","class":"OFF","type":["null","int"]},
{"name":"valid_to","class":"OFF","type":["null","int"]},
{"name":"conditions","class":"BIZ","type":["null","string"]},
{"name":"number","class":"OFF","type":["null","string"]},
{"name":"municipality","class":"OFF","type":["null","string"]},
{"name":"has_employees","class":"OFF","type":["null","boolean"]},
{"name":"annual_report","class":"BIZ","type":["null","boolean"]},
{"name":"inspector","class":"BIZ","type":["null","string"]},
{"name":"grounds","class":"OFF","type":["null","string"]},
{"name":"internal_remarks","class":"BIZ","type":["null","string"]}]}"#;

/// Messages one after another in one buffer.
pub(super) struct Messages {
    buffer: Vec<u8>,
    ends: Vec<usize>,
}

impl Messages {
    /// Every message.
    pub(super) fn all(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).filter_map(|(start, end)| self.buffer.get(start..*end))
    }

    /// Bytes of all.
    pub(super) fn bytes(&self) -> usize {
        self.buffer.len()
    }

    pub(super) fn notices(count: usize) -> Messages {
        Messages::make(count, |w| w.notice())
    }

    pub(super) fn reports(count: usize, deviations: i64) -> Messages {
        Messages::make(count, |w| w.report(deviations))
    }

    fn make(count: usize, mut one: impl FnMut(&mut Writer)) -> Messages {
        let mut writer = Writer { seed: 7, out: vec![] };
        let mut ends = vec![];
        for _ in 0..count {
            one(&mut writer);
            ends.push(writer.out.len());
        }
        Messages { buffer: writer.out, ends }
    }
}

const WORDS: [&str; 20] = [
    "arbeid",
    "tilsyn",
    "verneombud",
    "stillas",
    "bygg",
    "plass",
    "mangler",
    "avvik",
    "frist",
    "pålegg",
    "lønn",
    "kontrakt",
    "ansatt",
    "renhold",
    "bevis",
    "risiko",
    "kontroll",
    "utstyr",
    "sikring",
    "opplæring",
];
const NOW: i64 = 1_790_000_000_000_000;

/// Writes seeded values, four in five of them there.
struct Writer {
    seed: u64,
    out: Vec<u8>,
}

impl Writer {
    fn random(&mut self) -> u64 {
        self.seed = self.seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.seed ^ (self.seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, count: i64) -> i64 {
        (self.random() >> 1).cast_signed() % count
    }

    fn there(&mut self) -> bool {
        let there = self.below(5) > 0;
        write_long(i64::from(there), &mut self.out);
        there
    }

    fn digits(&mut self, count: usize) {
        if self.there() {
            let text: String = (0..count).map(|_| char::from(b'0' + self.digit())).collect();
            write_str(&text, &mut self.out);
        }
    }

    fn digit(&mut self) -> u8 {
        u8::try_from(self.below(10)).unwrap_or(0)
    }

    fn text(&mut self, from: i64, to: i64) {
        if self.there() {
            let length = from + self.below(to - from);
            let text = self.words(usize::try_from(length).unwrap_or(0));
            write_str(&text, &mut self.out);
        }
    }

    fn words(&mut self, length: usize) -> String {
        let mut text = String::new();
        while text.len() < length {
            let word = usize::try_from(self.below(20)).unwrap_or(0);
            text.push_str(if text.is_empty() { "" } else { " " });
            text.push_str(WORDS.get(word).copied().unwrap_or_default());
        }
        text
    }

    fn number(&mut self, below: i64) {
        if self.there() {
            let number = self.below(below);
            write_long(number, &mut self.out);
        }
    }

    fn time(&mut self) {
        if self.there() {
            let time = NOW + self.below(100_000_000_000_000);
            write_long(time, &mut self.out);
        }
    }

    fn flag(&mut self) {
        if self.there() {
            let flag = self.below(2) == 1;
            write_bool(flag, &mut self.out);
        }
    }

    fn double(&mut self) {
        if self.there() {
            let number = self.below(1_000_000) as f64 / 10_000.0;
            self.out.extend_from_slice(&number.to_le_bytes());
        }
    }

    fn head(&mut self) {
        for _ in 0..2 {
            let half = self.random();
            self.out.extend_from_slice(&half.to_le_bytes());
        }
        let (version, change, time) = (self.below(9), self.below(4), self.below(1 << 40));
        write_long(version, &mut self.out);
        write_long(change, &mut self.out);
        write_str("974761211", &mut self.out);
        write_long(NOW + time, &mut self.out);
    }

    fn notice(&mut self) {
        self.head();
        self.digits(9);
        self.text(10, 30);
        self.number(8);
        self.number(6);
        self.number(20_000);
        self.number(22_000);
        self.text(20, 40);
        self.digits(12);
        self.digits(4);
        self.flag();
        self.flag();
        self.text(10, 24);
        self.text(30, 70);
        self.text(20, 40);
    }

    fn report(&mut self, deviations: i64) {
        self.head();
        self.digits(9);
        self.text(10, 30);
        self.digits(5);
        (0..3).for_each(|_| self.time());
        self.number(2030);
        self.number(8);
        self.number(6);
        (0..2).for_each(|_| self.flag());
        self.digits(11);
        self.text(4, 14);
        self.text(10, 24);
        self.digits(4);
        (0..2).for_each(|_| self.double());
        self.number(40);
        self.number(400);
        self.text(6, 20);
        self.digits(8);
        self.text(10, 24);
        self.contact();
        self.deviations(deviations);
        self.tags();
        self.number(90_000_000);
        self.number(500_000);
        self.text(8, 14);
        self.text(8, 14);
        self.double();
        self.number(9);
        self.text(8, 20);
        self.text(120, 220);
        self.text(60, 130);
        self.flag();
        self.time();
    }

    fn contact(&mut self) {
        if self.there() {
            self.text(10, 24);
            self.digits(11);
            self.number(9000);
            self.digits(8);
            self.text(12, 24);
            self.text(12, 30);
        }
    }

    fn deviations(&mut self, count: i64) {
        write_long(1, &mut self.out);
        write_long(count, &mut self.out);
        for _ in 0..count {
            self.digits(6);
            self.number(5);
            self.text(50, 110);
            self.text(15, 30);
            self.number(22_000);
            self.text(30, 70);
            self.flag();
            self.number(90_000_000);
            self.text(15, 40);
        }
        write_long(0, &mut self.out);
    }

    fn tags(&mut self) {
        if self.there() {
            let count = 1 + self.below(3);
            write_long(count, &mut self.out);
            for _ in 0..count {
                let tag = self.words(6);
                write_str(&tag, &mut self.out);
            }
            write_long(0, &mut self.out);
        }
    }
}
