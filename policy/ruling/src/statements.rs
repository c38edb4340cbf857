//! Cuts a file of Cedar rules into statements, so that every refusal can name a line.
//! Understands strings and comments, nothing else of the language.

use crate::text::line;

/// One statement, annotations and final semicolon included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Statement<'a> {
    pub(crate) line: usize,
    pub(crate) text: &'a str,
}

// === impl Statement ===

impl<'a> Statement<'a> {
    /// The text of `@id`, for refusals of statements that Cedar cannot read.
    pub(crate) fn id(&self) -> Option<&'a str> {
        let (_, rest) = self.text.split_once("@id(\"")?;
        rest.split_once('"').map(|(id, _)| id)
    }
}

/// Every statement; or the line of one that never ends.
pub(crate) fn statements(text: &str) -> Result<Vec<Statement<'_>>, usize> {
    let mut found = Vec::new();
    let mut start = None;
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '/' if letters.peek().is_some_and(|(_, next)| *next == '/') => {
                while letters.next_if(|(_, letter)| *letter != '\n').is_some() {}
            }
            '"' => {
                start.get_or_insert(at);
                while let Some((_, letter)) = letters.next() {
                    match letter {
                        '\\' => drop(letters.next()),
                        '"' => break,
                        _ => {}
                    }
                }
            }
            ';' => {
                let from = start.take().unwrap_or(at);
                // INVARIANT: both ends are borders of characters, the end that of a semicolon.
                let text_of = text.get(from..=at).unwrap_or_default();
                found.push(Statement { line: line(text, from), text: text_of });
            }
            letter if !letter.is_whitespace() => {
                start.get_or_insert(at);
            }
            _ => {}
        }
    }
    match start {
        Some(at) => Err(line(text, at)),
        None => Ok(found),
    }
}
