//! Rust text with comments, strings and characters blanked, and the functions found in it.
//!
//! A scanner, not a parser: it knows enough of the language to count and to look for words.

/// Source text in two layers of the same shape.
#[derive(Debug)]
pub(crate) struct Rust {
    /// The text with comments and literals turned to spaces; line for line the same length.
    pub(crate) code: String,
    /// Lines that hold code.
    pub(crate) code_lines: usize,
    /// Lines that hold comment and no code.
    pub(crate) comment_lines: usize,
    /// String literals, with the line each begins on.
    pub(crate) strings: Vec<(usize, String)>,
}

/// A function: its name, its line, its length in lines from signature to closing brace.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) line: usize,
    pub(crate) lines: usize,
}

struct Scanner<'a> {
    letters: std::iter::Peekable<std::str::Chars<'a>>,
    code: String,
    before: char,
    line: usize,
    comment_at: Vec<bool>,
    strings: Vec<(usize, String)>,
}

// === impl Rust ===

impl Rust {
    /// Scans a file.
    pub(crate) fn scan(text: &str) -> Self {
        let mut scanner = Scanner {
            letters: text.chars().peekable(),
            code: String::with_capacity(text.len()),
            before: ' ',
            line: 0,
            comment_at: vec![false; text.lines().count() + 1],
            strings: Vec::new(),
        };
        scanner.run();
        let held = |line: &&str| !line.trim().is_empty();
        let code_lines = scanner.code.lines().filter(held).count();
        let comment_lines = scanner
            .code
            .lines()
            .zip(&scanner.comment_at)
            .filter(|(line, comment)| **comment && line.trim().is_empty())
            .count();
        Rust { code: scanner.code, code_lines, comment_lines, strings: scanner.strings }
    }

    /// The words of the code with their one-based lines.
    pub(crate) fn words(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code.lines().enumerate().flat_map(|(index, line)| {
            line.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
                .filter(|word| !word.is_empty())
                .map(move |word| (index + 1, word))
        })
    }

    /// All functions with a body.
    pub(crate) fn functions(&self) -> Vec<Function> {
        let letters: Vec<char> = self.code.chars().collect();
        let mut line = 1;
        let mut found = Vec::new();
        for (at, letter) in letters.iter().enumerate() {
            if *letter == '\n' {
                line += 1;
            }
            if let Some(name) = named_at(&letters, at)
                && let Some(lines) = body_lines(&letters, at)
            {
                found.push(Function { name, line, lines });
            }
        }
        found
    }
}

/// The name of the function whose `fn` stands here.
fn named_at(letters: &[char], at: usize) -> Option<String> {
    let word = |letter: &char| letter.is_alphanumeric() || *letter == '_';
    let before = at.checked_sub(1).and_then(|at| letters.get(at));
    let here = letters.get(at..)?;
    let ['f', 'n', ' ', rest @ ..] = here else { return None };
    if before.is_some_and(word) {
        return None;
    }
    let name: String = rest.iter().skip_while(|l| **l == ' ').take_while(|l| word(l)).collect();
    (!name.is_empty()).then_some(name)
}

/// Lines from `at` to the end of the body; none for a signature without one.
fn body_lines(letters: &[char], at: usize) -> Option<usize> {
    let (mut round, mut curly, mut lines) = (0_i64, 0_i64, 1);
    for letter in letters.iter().skip(at) {
        match letter {
            '(' | '[' => round += 1,
            ')' | ']' => round -= 1,
            ';' if round == 0 && curly == 0 => return None,
            '{' => curly += 1,
            '}' => {
                curly -= 1;
                if curly == 0 && round == 0 {
                    return Some(lines);
                }
            }
            '\n' => lines += 1,
            _ => {}
        }
    }
    None
}

// === impl Scanner ===

impl Scanner<'_> {
    fn run(&mut self) {
        while let Some(letter) = self.letters.next() {
            let next = self.letters.peek().copied();
            match (letter, next) {
                ('/', Some('/')) => self.line_comment(),
                ('/', Some('*')) => self.block_comment(),
                ('"', _) => self.string(),
                ('r', Some('"' | '#')) if !word(self.before) || self.before == 'b' => {
                    self.raw_or_name();
                }
                ('\'', _) => self.character(),
                _ => self.keep(letter),
            }
        }
    }

    fn keep(&mut self, letter: char) {
        self.code.push(letter);
        self.before = letter;
        if letter == '\n' {
            self.line += 1;
        }
    }

    fn blank(&mut self, letter: char) {
        self.keep(if letter == '\n' { '\n' } else { ' ' });
    }

    fn mark(&mut self) {
        if let Some(mark) = self.comment_at.get_mut(self.line) {
            *mark = true;
        }
    }

    fn line_comment(&mut self) {
        self.mark();
        self.blank('/');
        while self.letters.peek().is_some_and(|letter| *letter != '\n') {
            self.letters.next();
            self.blank(' ');
        }
    }

    fn block_comment(&mut self) {
        self.mark();
        self.blank('/');
        let (mut depth, mut before) = (0, '/');
        while let Some(letter) = self.letters.next() {
            self.mark();
            self.blank(letter);
            match (before, letter) {
                ('/', '*') => depth += 1,
                ('*', '/') => depth -= 1,
                _ => {
                    before = letter;
                    continue;
                }
            }
            before = ' ';
            if depth == 0 {
                break;
            }
        }
    }

    fn string(&mut self) {
        let line = self.line + 1;
        // Quotes stay, so that a statement of nothing but text still counts as code.
        self.keep('"');
        let mut text = String::new();
        while let Some(letter) = self.letters.next() {
            match letter {
                '"' => break,
                '\\' => {
                    self.blank(' ');
                    if let Some(escaped) = self.letters.next() {
                        text.push(escaped);
                        self.blank(escaped);
                    }
                }
                other => {
                    text.push(other);
                    self.blank(other);
                }
            }
        }
        self.keep('"');
        self.strings.push((line, text));
    }

    fn raw_or_name(&mut self) {
        self.keep('r');
        let mut hashes = 0;
        while self.letters.peek() == Some(&'#') {
            self.letters.next();
            self.blank('#');
            hashes += 1;
        }
        if self.letters.peek() != Some(&'"') {
            return; // a raw identifier
        }
        self.letters.next();
        let line = self.line + 1;
        self.keep('"');
        let end: String = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
        let mut text = String::new();
        for letter in self.letters.by_ref() {
            text.push(letter);
            self.code.push(if letter == '\n' { '\n' } else { ' ' });
            if letter == '\n' {
                self.line += 1;
            }
            if text.ends_with(&end) {
                break;
            }
        }
        self.keep('"');
        self.strings.push((line, text.trim_end_matches(end.as_str()).to_owned()));
    }

    fn character(&mut self) {
        let mut ahead = self.letters.clone();
        match (ahead.next(), ahead.next()) {
            (Some('\\'), _) => {
                self.keep('\'');
                self.letters.next();
                self.blank(' ');
                self.letters.next();
                self.blank(' ');
                while self.letters.peek().is_some_and(|letter| *letter != '\'') {
                    self.letters.next();
                    self.blank(' ');
                }
                self.letters.next();
                self.keep('\'');
            }
            (Some(_), Some('\'')) => {
                self.keep('\'');
                self.letters.next();
                self.blank(' ');
                self.letters.next();
                self.keep('\'');
            }
            // A lifetime or a label.
            _ => self.keep('\''),
        }
    }
}

fn word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}
