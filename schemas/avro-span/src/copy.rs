//! Runs a copy program: what a plan keeps of a scanned datum is written to a buffer. Reads
//! positions from the spans and checks none of the structure again.

use crate::action::Pseudonyms;
use crate::plan::{Body, Located, Plan, Step, Tail};
use crate::scan::HEAD;
use crate::{Error, transform, wire};

/// Copies of at most this many bytes are made in one fixed step.
const SHORT: usize = 32;

/// A datum, its marks, and the plan to run over them.
pub(crate) struct Copy<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) datum: &'a [u8],
    pub(crate) marks: &'a [u32],
    pub(crate) pseudonyms: &'a dyn Pseudonyms,
}

impl Copy<'_> {
    /// Runs the steps from `at` over the scope whose slots begin at `base`.
    pub(crate) fn run(&self, mut at: usize, base: usize, out: &mut Vec<u8>) -> Result<(), Error> {
        let plan = self.plan;
        while let Some(step) = plan.steps.get(at) {
            at += 1;
            match step {
                Step::Copy { from, to, tail } => {
                    let from = self.mark(base, *from)?;
                    let to = self.mark(base, *to)?;
                    self.copy(from, to, out)?;
                    put_tail(tail, out);
                }
                Step::Literal(number) => {
                    let bytes = plan.literals.get(*number as usize).ok_or(Error::Spans)?;
                    out.extend_from_slice(bytes);
                }
                Step::IfNull { slot, to } => {
                    if self.branch(base, *slot)? == 0 {
                        out.push(0);
                        at = *to as usize;
                    }
                }
                Step::Switch { slot, table } => {
                    let branch = self.branch(base, *slot)?;
                    let entry = plan.tables.get(*table as usize + usize::from(branch >> 1));
                    at = *entry.ok_or(Error::Spans)? as usize;
                }
                Step::Jump(to) => at = *to as usize,
                Step::Items { slot, body } => {
                    let body = plan.bodies.get(*body as usize).ok_or(Error::Spans)?;
                    self.items(body, base + usize::from(*slot) + 1, out)?;
                }
                Step::Transform(number) => self.transform(*number, base, out)?,
                Step::End => return Ok(()),
            }
        }
        Err(Error::Spans)
    }

    #[inline(always)]
    fn mark(&self, base: usize, slot: u16) -> Result<usize, Error> {
        let mark = self.marks.get(base + usize::from(slot)).ok_or(Error::Spans)?;
        Ok(*mark as usize)
    }

    #[inline(always)]
    fn copy(&self, from: usize, to: usize, out: &mut Vec<u8>) -> Result<(), Error> {
        let length = to.checked_sub(from).ok_or(Error::Spans)?;
        if length <= SHORT
            && let Some(chunk) = self.datum.get(from..).and_then(|rest| rest.first_chunk::<SHORT>())
        {
            let end = out.len() + length;
            out.extend_from_slice(chunk);
            out.truncate(end);
            return Ok(());
        }
        out.extend_from_slice(self.datum.get(from..to).ok_or(Error::Spans)?);
        Ok(())
    }

    #[inline(always)]
    fn branch(&self, base: usize, slot: u16) -> Result<u8, Error> {
        let at = self.mark(base, slot)?;
        self.datum.get(at).copied().ok_or(Error::Spans)
    }

    /// The blocks of an array or map as one block of what is kept.
    fn items(&self, body: &Body, link: usize, out: &mut Vec<u8>) -> Result<(), Error> {
        let mut kept = 0;
        self.each(body, link, |_| {
            kept += 1;
            Ok(())
        })?;
        if kept > 0 {
            wire::put_count(kept, out);
            self.each(body, link, |base| self.run(body.steps as usize, base, out))?;
        }
        out.push(0);
        Ok(())
    }

    /// Calls `with` for each kept item's first slot.
    fn each(
        &self,
        body: &Body,
        link: usize,
        mut with: impl FnMut(usize) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let at = |index: usize| self.marks.get(index).map(|mark| *mark as usize);
        let mut head = at(link).ok_or(Error::Spans)?;
        while head > 0 {
            let count = at(head).ok_or(Error::Spans)?;
            let mut base = head + HEAD;
            for _ in 0..count {
                if self.keeps(body, base) {
                    with(base)?;
                }
                base += body.slots as usize;
            }
            let next = at(head + 1).ok_or(Error::Spans)?;
            // INVARIANT: blocks were added in order, so the walk ends.
            if next != 0 && next <= head {
                return Err(Error::Spans);
            }
            head = next;
        }
        Ok(())
    }

    fn keeps(&self, body: &Body, base: usize) -> bool {
        match &body.keep {
            None => true,
            Some((at, values)) => {
                at.find(self.datum, self.marks, base).is_some_and(|bytes| values.contains(bytes))
            }
        }
    }

    fn transform(&self, number: u32, base: usize, out: &mut Vec<u8>) -> Result<(), Error> {
        let transformed = self.plan.transforms.get(number as usize).ok_or(Error::Spans)?;
        let value = transformed.at.find(self.datum, self.marks, base);
        let start = out.len();
        // the field is nullable in the view: branch 1 is its type
        out.push(2);
        let written = value.is_some_and(|bytes| {
            transform::write(transformed.form, transformed.kind, bytes, self.pseudonyms, out)
        });
        if !written {
            out.truncate(start);
            out.push(0);
        }
        Ok(())
    }
}

#[inline(always)]
fn put_tail(tail: &Tail, out: &mut Vec<u8>) {
    if tail.len > 0 {
        let end = out.len() + usize::from(tail.len);
        out.extend_from_slice(&tail.bytes);
        out.truncate(end);
    }
}

// === impl Located ===

impl Located {
    /// The value's bytes; none when it is not there or null.
    pub(crate) fn find<'d>(&self, datum: &'d [u8], marks: &[u32], base: usize) -> Option<&'d [u8]> {
        let mark = |slot: u16| Some(*marks.get(base + usize::from(slot))? as usize);
        for (slot, byte) in &self.guards {
            if datum.get(mark(*slot)?)? != byte {
                return None;
            }
        }
        let bytes = datum.get(mark(self.start)?..mark(self.end)?)?;
        match (self.null, bytes.split_first()) {
            (Some(null), Some((index, _))) if *index == null => None,
            (_, Some((_, value))) if self.strip => Some(value),
            _ => Some(bytes),
        }
    }
}
