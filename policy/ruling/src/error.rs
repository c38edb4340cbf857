//! Why a bundle, an approval or a question was refused: file, line, rule, and what to do about it.
//! Names of rules, groups and fields may stand in it; values of findings never come near.

use std::fmt;

/// One refusal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Error {
    file: String,
    line: usize,
    rule: Option<String>,
    cause: Box<Cause>,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "fields are the words that fill the message beside them")]
pub enum Cause {
    /// The text is not of the expected shape.
    #[error("not readable: {reason}")]
    Unreadable { reason: String },
    /// A file that every bundle has is missing, or no UTF-8.
    #[error("the file is missing, or not UTF-8")]
    Missing,
    /// More than a bound allows.
    #[error("more than {limit} {what}")]
    Limit { what: &'static str, limit: usize },
    /// An id that stands twice.
    #[error("this {what} stands twice")]
    Twice { what: &'static str },
    /// A row without something it needs.
    #[error("it has no {what}")]
    Lacks { what: &'static str },
    /// A word that nothing declares.
    #[error("{what} `{word}` is not known")]
    Unknown { what: &'static str, word: String },
    /// Cedar's strict validation refused the rule.
    #[error("the rule does not fit the contract: {reason}")]
    Invalid { reason: String },
    /// A rule cites a basis that is not active.
    #[error("basis `{basis}` is not active: {why}")]
    Inactive { basis: String, why: String },
    /// A rule cites a basis that ended before the bundle begins.
    #[error("basis `{basis}` is not in force at any time from the bundle's first day")]
    Dated { basis: String },
    /// The bases a rule cites do not lead to the view's recipients, or from nobody.
    #[error("the bases cited do not lead to every member of view `{view}`")]
    Direction { view: String },
    /// The bases a rule cites are not for the view's purpose.
    #[error("basis `{basis}` does not serve purpose `{purpose}` of view `{view}`")]
    Purpose { basis: String, purpose: String, view: String },
    /// No view would ever use the rule.
    #[error("no view uses this rule")]
    Unused,
    /// The outcome could depend on which member asks.
    #[error("the outcome depends on which member asks, but view `{view}` is one lane for all")]
    Member { view: String },
    /// The basis asks for something of the recipient that the view does not ask for.
    #[error("basis `{basis}` requires a {requirement}, which view `{view}` does not ask for")]
    Requirement { basis: String, requirement: String, view: String },
    /// A basis that would open an entitled view's records without the entitlement.
    #[error("basis `{basis}` requires no {entitlement}, and view `{view}` opens by one alone")]
    Unentitled { basis: String, entitlement: String, view: String },
    /// A record type that does not say whom a record is for.
    #[error("the contract of `{record_type}` names no {what}, so view `{view}` addresses nobody")]
    Unaddressed { record_type: String, what: &'static str, view: String },
    /// An addressed view whose recipients cannot be reached in one way.
    #[error("view `{view}` cannot reach its recipients: {why}")]
    Reach { view: String, why: &'static str },
    /// Two rules open one field in forms that cannot be compared.
    #[error("with rule `{other}` it opens `{field}` in two forms that cannot be compared")]
    Ambiguous { other: String, field: String },
    /// A form that does not fit the field.
    #[error("form `{form}` does not fit `{field}`")]
    Form { form: String, field: String },
    /// A basis of kind practice outside its own bundle.
    #[error("basis `{basis}` is an agreement, not law; only bundle `tilda-2026` may use it")]
    Agreement { basis: String },
    /// A view lists a record type of which nothing could ever leave.
    #[error("no rule of view `{view}` could ever release a `{record_type}`")]
    Closed { view: String, record_type: String },
    /// An invariant does not hold.
    #[error("invariant broken: {0}")]
    Invariant(Box<Broken>),
    /// A basis serves a purpose that the bundle bars it from.
    #[error("basis `{basis}` is barred from purpose `{purpose}`: {name}")]
    Barred { basis: String, purpose: String, name: String },
    /// Deciding failed.
    #[error("deciding failed in view `{view}` for `{record_type}`")]
    Failed { view: String, record_type: String },
    /// Fewer valid approvals than needed.
    #[error("{found} valid approvals by different approvers, {needed} needed")]
    Approvals { found: usize, needed: usize },
    /// An approval by no known approver, of other content, or with a wrong signature.
    #[error("the approval is not valid: {reason}")]
    Approval { reason: &'static str },
    /// A case that cannot be asked.
    #[error("the case cannot be asked: {reason}")]
    Case { reason: String },
    /// A view's schema would lose a field against the bundle before.
    #[error("`{field}` of `{record_type}` is no longer in the view's schema")]
    Shrinks { record_type: String, field: String },
    /// The list of groups was refused.
    #[error("{0}")]
    Groups(standing::Error),
}

/// Where an invariant was found broken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}; `{field}` of `{record_type}` reaches view `{view}` by rule `{rule}` when {facts}")]
pub struct Broken {
    /// The invariant.
    pub name: String,
    /// A field that leaves though it never may.
    pub field: String,
    /// Of which record type.
    pub record_type: String,
    /// In which view.
    pub view: String,
    /// The rule that opens it.
    pub rule: String,
    /// Facts under which it does.
    pub facts: String,
}

// === impl Error ===

impl Error {
    /// A refusal at a line of a file.
    pub(crate) fn at(file: &str, line: usize, cause: Cause) -> Error {
        Error { file: file.to_owned(), line, rule: None, cause: Box::new(cause) }
    }

    /// The same, of the rule or row of this name.
    pub(crate) fn of(self, rule: &str) -> Error {
        Error { rule: Some(rule.to_owned()), ..self }
    }

    /// Path of the file inside the bundle.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Line, counted from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The rule or row, where one is at fault.
    pub fn rule(&self) -> Option<&str> {
        self.rule.as_deref()
    }

    /// What is wrong.
    pub fn cause(&self) -> &Cause {
        &self.cause
    }

    /// The code of the page that explains it.
    pub fn code(&self) -> &'static str {
        self.cause.code()
    }

    /// What to do about it, in one sentence.
    pub fn fix(&self) -> &'static str {
        self.cause.fix()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}:{}", self.code(), self.file, self.line)?;
        if let Some(rule) = &self.rule {
            write!(f, " [{rule}]")?;
        }
        write!(f, " {}; {}", self.cause, self.fix())
    }
}

// === impl Cause ===

impl Cause {
    const fn code(&self) -> &'static str {
        self.page().0
    }

    const fn fix(&self) -> &'static str {
        self.page().1
    }

    /// Code and fix, side by side so that neither is forgotten.
    const fn page(&self) -> (&'static str, &'static str) {
        match self {
            Cause::Unreadable { .. } => ("RULE-001", "correct the text at this line"),
            Cause::Missing => ("RULE-002", "add the file to the bundle"),
            Cause::Limit { .. } => ("RULE-003", "split the bundle or remove rows"),
            Cause::Twice { .. } => ("RULE-004", "give one of the two another id"),
            Cause::Lacks { .. } => ("RULE-005", "add it"),
            Cause::Unknown { .. } => ("RULE-006", "correct the spelling, or declare it first"),
            Cause::Invalid { .. } => ("RULE-007", "write the condition with the contract's words"),
            Cause::Inactive { .. } => (
                "RULE-008",
                "cite an active basis, or mark the rule @dormant until it is confirmed",
            ),
            Cause::Dated { .. } => ("RULE-009", "cite a basis in force, or remove the rule"),
            Cause::Direction { .. } => {
                ("RULE-010", "cite bases whose `to` covers the view's members, or narrow the view")
            }
            Cause::Purpose { .. } => ("RULE-011", "cite a basis that serves the purpose"),
            Cause::Unused => ("RULE-012", "list the basis in a view, or remove the rule"),
            Cause::Member { .. } => {
                ("RULE-013", "ask about the view's group alone, or make the view addressed")
            }
            Cause::Requirement { .. } => ("RULE-014", "use the basis in an addressed view only"),
            Cause::Ambiguous { .. } => ("RULE-015", "say with @rank which of the two wins"),
            Cause::Form { .. } => ("RULE-016", "choose a form that fits the field's type"),
            Cause::Agreement { .. } => ("RULE-017", "cite a provision of law"),
            Cause::Closed { .. } => {
                ("RULE-018", "add a rule, or take the record type off the view")
            }
            Cause::Invariant(_) => ("RULE-019", "narrow the rule; the invariant stands"),
            Cause::Barred { .. } => ("RULE-020", "take the purpose off the basis"),
            Cause::Failed { .. } => ("RULE-021", "correct the rule that fails for these facts"),
            Cause::Approvals { .. } => ("RULE-022", "have the bundle approved: samsyn policy sign"),
            Cause::Approval { .. } => ("RULE-023", "sign again with an approver's own key"),
            Cause::Case { .. } => ("RULE-024", "correct the case"),
            Cause::Shrinks { .. } => ("RULE-027", "list the field under the view's `formerly`"),
            Cause::Unentitled { .. } => {
                ("RULE-028", "list bases in an entitled view that require its entitlement only")
            }
            Cause::Unaddressed { .. } => {
                ("RULE-029", "take the record type off the view, or name the field in the contract")
            }
            Cause::Reach { .. } => {
                ("RULE-030", "make a view of those with connectors and one of the gateway's")
            }
            Cause::Groups(error) => (error.code(), "correct the row at this line"),
        }
    }
}
