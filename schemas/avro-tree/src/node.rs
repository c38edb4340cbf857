//! Nodes and fields: what a parsed schema is made of. How they come to be is the parser's work.

use vocabulary::FieldClass;

/// Index of a node within its schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) u16);

/// Index of a field within its schema, in depth-first order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(pub(crate) u16);

impl FieldId {
    /// The field at this index of [`crate::Schema::fields`].
    pub const fn new(index: u16) -> Self {
        FieldId(index)
    }

    /// The index in [`crate::Schema::fields`].
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// What a number, text or byte string means beyond its encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Logical {
    /// Days since 1970-01-01, on an int.
    Date,
    /// Milliseconds after midnight, on an int.
    TimeMillis,
    /// Microseconds after midnight, on a long.
    TimeMicros,
    /// Milliseconds since 1970-01-01T00:00Z, on a long.
    TimestampMillis,
    /// Microseconds since 1970-01-01T00:00Z, on a long.
    TimestampMicros,
    /// A UUID, on a string or a fixed of 16.
    Uuid,
}

impl Logical {
    /// The word in schema text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Logical::Date => "date",
            Logical::TimeMillis => "time-millis",
            Logical::TimeMicros => "time-micros",
            Logical::TimestampMillis => "timestamp-millis",
            Logical::TimestampMicros => "timestamp-micros",
            Logical::Uuid => "uuid",
        }
    }
}

/// One type at one place. References are expanded: a named type used twice has two nodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// `null`
    Null,
    /// `boolean`
    Boolean,
    /// `int`
    Int(Option<Logical>),
    /// `long`
    Long(Option<Logical>),
    /// `float`
    Float,
    /// `double`
    Double,
    /// `bytes`
    Bytes,
    /// `string`
    String(Option<Logical>),
    /// `fixed`
    Fixed {
        /// Full name.
        name: String,
        /// Bytes.
        size: usize,
        /// Meaning.
        logical: Option<Logical>,
    },
    /// `enum`
    Enum {
        /// Full name.
        name: String,
        /// Symbols in order.
        symbols: Vec<String>,
    },
    /// `record`
    Record {
        /// Full name.
        name: String,
        /// Its own fields, in order.
        fields: Vec<FieldId>,
    },
    /// `array` of the node
    Array(NodeId),
    /// `map` to the node
    Map(NodeId),
    /// Union of the nodes
    Union(Vec<NodeId>),
}

/// A field at one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub(crate) path: String,
    pub(crate) name: String,
    pub(crate) parent: Option<FieldId>,
    pub(crate) node: NodeId,
    pub(crate) repeated: bool,
    pub(crate) class: Option<FieldClass>,
    pub(crate) frozen: bool,
    pub(crate) anchors: bool,
    pub(crate) subject: bool,
    pub(crate) published: bool,
    pub(crate) free_text: bool,
    pub(crate) english: Option<String>,
    pub(crate) paragraph: Option<String>,
    pub(crate) doc: Option<String>,
    pub(crate) aliases: Vec<String>,
    pub(crate) default: Option<serde_json::Value>,
}

impl Field {
    /// The path from the root: `aktiviteter[].observasjon`; `{}` stands for the values of a map,
    /// `(Name)` for one of several record branches of a union.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The last step of the path.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The field this one lies in; none for a field of the root record.
    pub fn parent(&self) -> Option<FieldId> {
        self.parent
    }

    /// Its type.
    pub fn node(&self) -> NodeId {
        self.node
    }

    /// Whether it lies in an array or map, so that a datum may hold it many times.
    pub fn repeated(&self) -> bool {
        self.repeated
    }

    /// The confidentiality class; none means unclassified, which is never released.
    pub fn class(&self) -> Option<FieldClass> {
        self.class
    }

    /// Whether every view keeps it as it is (`"frozen"`).
    pub fn frozen(&self) -> bool {
        self.frozen
    }

    /// Whether it is frozen or holds a frozen field: then its shape is the same in every view.
    pub fn anchors(&self) -> bool {
        self.anchors
    }

    /// Whether it points to the subject (`"subject"`).
    pub fn subject(&self) -> bool {
        self.subject
    }

    /// Whether the fact `already_published` covers it (`"published"`).
    pub fn published(&self) -> bool {
        self.published
    }

    /// Whether people write freely in it (`"freeText"`).
    pub fn free_text(&self) -> bool {
        self.free_text
    }

    /// The English name (`"en"`).
    pub fn english(&self) -> Option<&str> {
        self.english.as_deref()
    }

    /// The paragraph it stands on (`"paragraph"`).
    pub fn paragraph(&self) -> Option<&str> {
        self.paragraph.as_deref()
    }

    /// What it means (`"doc"`).
    pub fn doc(&self) -> Option<&str> {
        self.doc.as_deref()
    }

    /// Names of earlier versions.
    pub fn aliases(&self) -> &[String] {
        &self.aliases
    }

    /// Whether a reader may fill it in when a writer does not know it.
    pub fn has_default(&self) -> bool {
        self.default.is_some()
    }
}
