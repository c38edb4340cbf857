//! The one pass over a datum's bytes: every structural rule is checked, and the positions that
//! plans and probes need are kept in [`Spans`]. Copies nothing.

mod skip;

use crate::limits::{MAX_DEPTH, MAX_EMPTY_ITEMS, MAX_MARKS};
use crate::program::{Items, Op, Program};
use crate::{Error, wire};

/// Positions of one datum: scratch memory, used again for the next.
#[derive(Debug, Default)]
pub struct Spans {
    pub(crate) marks: Vec<u32>,
    /// Whose they are: projector, address and length of the datum. Length 0 is nobody's.
    pub(crate) owner: (u64, usize, usize),
}

impl Spans {
    /// Empty scratch memory.
    pub fn new() -> Self {
        Spans::default()
    }
}

/// What lies before the frames of a block of items: their count, and the next block (0: none).
pub(crate) const HEAD: usize = 2;

struct Scan<'p, 'm> {
    program: &'p Program,
    marks: &'m mut Vec<u32>,
    total: usize,
    /// Items of no bytes still allowed.
    empty: usize,
    depth: usize,
}

/// Walks the whole datum. `TEXT`: text must be UTF-8.
pub(crate) fn scan<const TEXT: bool>(
    program: &Program,
    datum: &[u8],
    marks: &mut Vec<u32>,
) -> Result<(), Error> {
    marks.clear();
    marks.resize(program.slots, 0);
    let total = datum.len();
    let mut scan = Scan { program, marks, total, empty: MAX_EMPTY_ITEMS, depth: 0 };
    let rest = scan.run::<true, TEXT>(0, 0, datum)?;
    if rest.is_empty() { Ok(()) } else { Err(Error::Trailing) }
}

impl Scan<'_, '_> {
    /// Walks one scope that begins at operation `start`. With `MARK`, its slots begin at `base`.
    fn run<'d, const MARK: bool, const TEXT: bool>(
        &mut self,
        start: usize,
        base: usize,
        mut rest: &'d [u8],
    ) -> Result<&'d [u8], Error> {
        let program = self.program;
        let shift = base.wrapping_sub(start);
        let mut at = start;
        while let Some(op) = program.ops.get(at) {
            if MARK && let Some(mark) = self.marks.get_mut(at.wrapping_add(shift)) {
                *mark = self.total.wrapping_sub(rest.len()) as u32;
            }
            at = at.wrapping_add(1);
            match *op {
                Op::OptText(n) => skip::times(n, || skip::opt_text::<TEXT>(&mut rest))?,
                Op::OptLong(n) => skip::times(n, || skip::opt_long(&mut rest))?,
                Op::OptInt(n) => skip::times(n, || skip::opt_int(&mut rest))?,
                Op::OptSymbol(count) => skip::opt_symbol(&mut rest, count)?,
                Op::Text(n) => skip::times(n, || skip::text::<TEXT>(&mut rest))?,
                Op::Long(n) => skip::times(n, || skip::long(&mut rest))?,
                Op::Int(n) => skip::times(n, || skip::int(&mut rest))?,
                Op::Symbol(count) => skip::symbol(&mut rest, count)?,
                Op::Fixed(n) => skip::take(&mut rest, n)?,
                Op::Boolean(n) => skip::times(n, || wire::boolean(&mut rest).map(drop))?,
                Op::OptBoolean(n) => skip::times(n, || skip::opt_boolean(&mut rest))?,
                Op::Bytes(n) => skip::times(n, || skip::text::<false>(&mut rest))?,
                Op::OptBytes(n) => skip::times(n, || skip::opt_text::<false>(&mut rest))?,
                Op::OptFixed(n) => skip::opt_fixed(&mut rest, n)?,
                Op::Opt(after) => {
                    if !skip::branch(&mut rest)? {
                        at = after as usize;
                    }
                }
                Op::Union { table, count } => {
                    let branch = wire::index(&mut rest, count as usize, Error::Branch)?;
                    let entry = program.tables.get((table as usize).wrapping_add(branch));
                    at = *entry.ok_or(Error::Branch)? as usize;
                }
                Op::Jump(to) => at = to as usize,
                Op::Array(number) => {
                    let items = program.items.get(number as usize).ok_or(Error::Length)?;
                    let link = at.wrapping_add(shift);
                    rest = self.items::<MARK, TEXT>(items, link, rest)?;
                    at = at.wrapping_add(usize::from(items.open));
                }
                Op::Link => {}
                Op::End => return Ok(rest),
            }
        }
        Err(Error::Truncated)
    }

    /// Walks the blocks of an array or map.
    fn items<'d, const MARK: bool, const TEXT: bool>(
        &mut self,
        items: &Items,
        mut link: usize,
        mut rest: &'d [u8],
    ) -> Result<&'d [u8], Error> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Error::Limit { what: "levels", limit: MAX_DEPTH });
        }
        loop {
            let count = wire::long(&mut rest)?;
            if count == 0 {
                self.depth -= 1;
                return Ok(rest);
            }
            let mut sized = None;
            if count < 0 {
                let size = usize::try_from(wire::long(&mut rest)?).map_err(|_| Error::Length)?;
                let after = rest.get(size..).ok_or(Error::Length)?;
                if !items.kept {
                    // INVARIANT: no plan keeps any of it, so bytes never read never leave.
                    rest = after;
                    continue;
                }
                sized = Some(after.len());
            }
            let count = usize::try_from(count.unsigned_abs()).map_err(|_| Error::Length)?;
            self.allow(count, items.least, rest.len())?;
            rest = if MARK && items.open {
                self.open::<TEXT>(items, count, &mut link, rest)?
            } else {
                self.closed::<TEXT>(items, count, rest)?
            };
            if sized.is_some_and(|left| left != rest.len()) {
                return Err(Error::BlockSize);
            }
        }
    }

    /// So many items must fit into the bytes left; items of no bytes have an allowance.
    fn allow(&mut self, count: usize, least: u32, left: usize) -> Result<(), Error> {
        if least > 0 {
            return match count.checked_mul(least as usize) {
                Some(bytes) if bytes <= left => Ok(()),
                _ => Err(Error::Length),
            };
        }
        let limit = Error::Limit { what: "items of no bytes", limit: MAX_EMPTY_ITEMS };
        self.empty = self.empty.checked_sub(count).ok_or(limit)?;
        Ok(())
    }

    fn closed<'d, const TEXT: bool>(
        &mut self,
        items: &Items,
        count: usize,
        mut rest: &'d [u8],
    ) -> Result<&'d [u8], Error> {
        for _ in 0..count {
            rest = self.run::<false, TEXT>(items.body as usize, 0, rest)?;
        }
        Ok(rest)
    }

    /// Walks a block whose items keep their positions: a head and a frame for each are added to
    /// the marks, and `link` is pointed at the head.
    fn open<'d, const TEXT: bool>(
        &mut self,
        items: &Items,
        count: usize,
        link: &mut usize,
        mut rest: &'d [u8],
    ) -> Result<&'d [u8], Error> {
        let slots = items.slots as usize;
        let head = self.marks.len();
        let frames = count.checked_mul(slots).and_then(|size| size.checked_add(head + HEAD));
        let size = frames.filter(|size| *size <= MAX_MARKS);
        let size = size.ok_or(Error::Limit { what: "marks", limit: MAX_MARKS })?;
        self.marks.resize(size, 0);
        if let Some(from) = self.marks.get_mut(*link) {
            *from = head as u32;
        }
        if let Some(slot) = self.marks.get_mut(head) {
            *slot = count as u32;
        }
        *link = head + 1;
        let mut base = head + HEAD;
        for _ in 0..count {
            rest = self.run::<true, TEXT>(items.body as usize, base, rest)?;
            base += slots;
        }
        Ok(rest)
    }
}
