//! Runs a copy program: what a plan keeps of a scanned datum is written to a buffer. Reads
//! positions from the spans and checks none of the structure again.

use crate::action::Pseudonyms;
use crate::error::Fault;
use crate::plan::{Body, Located, Plan, Span, Step};
use crate::scan::HEAD;
use crate::{transform, wire};

/// Bytes copied in one fixed step, those after the end cut off again: the length of a span is as
/// good as random, and a branch on it costs more than the copy.
const STRIDE: usize = 64;

/// A datum, its marks, and the plan to run over them.
pub(crate) struct Copy<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) datum: &'a [u8],
    pub(crate) marks: &'a [u32],
    pub(crate) pseudonyms: &'a dyn Pseudonyms,
}

impl Copy<'_> {
    /// Runs the steps from `at` over the scope whose slots begin at `base`.
    pub(crate) fn run(&self, mut at: usize, base: usize, out: &mut Vec<u8>) -> Result<(), Fault> {
        let frame = self.marks.get(base..).unwrap_or_default();
        loop {
            let step = self.plan.steps.get(at).ok_or(Fault::Spans)?;
            at = at.wrapping_add(1);
            match step {
                Step::Copy { first, end } => {
                    self.spans(self.plan.spans(*first, *end), frame, out)?
                }
                Step::IfNull { slot, to } => {
                    if self.branch(frame, *slot)? == 0 {
                        out.push(0);
                        at = *to as usize;
                    }
                }
                Step::Items { slot, body } => self.items(*body, frame, *slot, out)?,
                Step::End => return Ok(()),
                other => at = self.seldom(other, at, base, out)?,
            }
        }
    }

    /// A step that most plans do not have; where to go on.
    #[inline(never)]
    fn seldom(
        &self,
        step: &Step,
        at: usize,
        base: usize,
        out: &mut Vec<u8>,
    ) -> Result<usize, Fault> {
        let plan = self.plan;
        match step {
            Step::Literal(number) => {
                let bytes = plan.literals.get(*number as usize).ok_or(Fault::Spans)?;
                out.extend_from_slice(bytes);
            }
            Step::Switch { slot, table } => {
                let frame = self.marks.get(base..).unwrap_or_default();
                let branch = self.branch(frame, *slot)?;
                let entry = plan.tables.get(*table as usize + usize::from(branch >> 1));
                return Ok(*entry.ok_or(Fault::Spans)? as usize);
            }
            Step::Jump(to) => return Ok(*to as usize),
            Step::Transform(number) => self.transform(*number, base, out)?,
            _ => return Err(Fault::Spans),
        }
        Ok(at)
    }

    #[inline(always)]
    fn spans(&self, spans: &[Span], frame: &[u32], out: &mut Vec<u8>) -> Result<(), Fault> {
        for Span { from, to, tail } in spans {
            let from = *frame.get(usize::from(*from)).ok_or(Fault::Spans)?;
            let to = *frame.get(usize::from(*to)).ok_or(Fault::Spans)?;
            self.span(from as usize, to.wrapping_sub(from) as usize, out)?;
            if tail.len > 0 {
                let end = out.len().wrapping_add(usize::from(tail.len));
                out.extend_from_slice(&tail.bytes);
                out.truncate(end);
            }
        }
        Ok(())
    }

    #[inline(always)]
    fn span(&self, from: usize, length: usize, out: &mut Vec<u8>) -> Result<(), Fault> {
        let rest = self.datum.get(from..).ok_or(Fault::Spans)?;
        if length <= STRIDE
            && let Some(chunk) = rest.first_chunk::<STRIDE>()
        {
            let end = out.len().wrapping_add(length);
            out.extend_from_slice(chunk);
            out.truncate(end);
            return Ok(());
        }
        long_span(rest, length, out)
    }

    #[inline(always)]
    fn branch(&self, frame: &[u32], slot: u16) -> Result<u8, Fault> {
        let at = *frame.get(usize::from(slot)).ok_or(Fault::Spans)?;
        self.datum.get(at as usize).copied().ok_or(Fault::Spans)
    }

    /// The blocks of an array or map as one block of what is kept.
    #[inline(never)]
    fn items(&self, body: u32, frame: &[u32], slot: u16, out: &mut Vec<u8>) -> Result<(), Fault> {
        let body = self.plan.bodies.get(body as usize).ok_or(Fault::Spans)?;
        let first = frame.get(usize::from(slot).wrapping_add(1)).ok_or(Fault::Spans)?;
        let mut kept = 0;
        for block in self.blocks(*first, body) {
            kept += match body.keep {
                None => block.count,
                Some(_) => block.items().filter(|base| self.keeps(body, *base)).count(),
            };
        }
        if kept > 0 {
            wire::put_count(kept, out);
            for block in self.blocks(*first, body) {
                self.block(body, &block, out)?;
            }
        }
        out.push(0);
        Ok(())
    }

    fn block(&self, body: &Body, block: &Block, out: &mut Vec<u8>) -> Result<(), Fault> {
        if let (None, Some((first, end))) = (&body.keep, body.flat) {
            let spans = self.plan.spans(first, end);
            let frames = self.marks.get(block.first..).unwrap_or_default();
            for frame in frames.chunks_exact(block.slots).take(block.count) {
                self.spans(spans, frame, out)?;
            }
            return Ok(());
        }
        for base in block.items().filter(|base| self.keeps(body, *base)) {
            self.run(body.steps as usize, base, out)?;
        }
        Ok(())
    }

    fn blocks(&self, first: u32, body: &Body) -> Blocks<'_> {
        // INVARIANT: an item has at least the slot of its end.
        Blocks { marks: self.marks, head: first as usize, slots: body.slots.max(1) as usize }
    }

    fn keeps(&self, body: &Body, base: usize) -> bool {
        match &body.keep {
            None => true,
            Some((at, values)) => {
                at.find(self.datum, self.marks, base).is_some_and(|bytes| values.contains(bytes))
            }
        }
    }

    fn transform(&self, number: u32, base: usize, out: &mut Vec<u8>) -> Result<(), Fault> {
        let transformed = self.plan.transforms.get(number as usize).ok_or(Fault::Spans)?;
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

/// A span longer than a stride, or at the datum's end.
#[inline(never)]
fn long_span(rest: &[u8], length: usize, out: &mut Vec<u8>) -> Result<(), Fault> {
    out.extend_from_slice(rest.get(..length).ok_or(Fault::Spans)?);
    Ok(())
}

/// The blocks of one array, as the scan left them in the marks.
struct Blocks<'a> {
    marks: &'a [u32],
    head: usize,
    slots: usize,
}

/// A block: its items' first slot and number.
struct Block {
    first: usize,
    count: usize,
    slots: usize,
}

impl Iterator for Blocks<'_> {
    type Item = Block;

    fn next(&mut self) -> Option<Block> {
        if self.head == 0 {
            return None;
        }
        let [count, next] = *self.marks.get(self.head..)?.first_chunk::<HEAD>()?;
        let first = self.head.wrapping_add(HEAD);
        // INVARIANT: blocks were added in order, so the walk ends.
        self.head = if next as usize > self.head { next as usize } else { 0 };
        Some(Block { first, count: count as usize, slots: self.slots })
    }
}

impl Block {
    /// The first slot of each item.
    fn items(&self) -> impl Iterator<Item = usize> + use<> {
        let (first, slots) = (self.first, self.slots);
        (0..self.count).map(move |number| first.wrapping_add(number.wrapping_mul(slots)))
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
