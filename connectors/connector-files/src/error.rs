//! What can go wrong with folders and files. Names of files and folders are told; what stands in
//! them never is.

use std::io;

/// Why a folder, a file or a segment could not be dealt with. All may be tried again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The drop folder cannot be listed, or its `done` and `refused` folders cannot be made.
    #[error("folder `{folder}` cannot be read: {kind}")]
    Folder {
        /// The folder.
        folder: String,
        /// What the system said.
        kind: io::ErrorKind,
    },
    /// A dropped file cannot be read or moved.
    #[error("file `{file}` cannot be read or moved: {kind}")]
    File {
        /// The file's name.
        file: String,
        /// What the system said.
        kind: io::ErrorKind,
    },
    /// A dropped file is no plain file, or another one by the time it was opened.
    #[error("file `{file}` is not a plain file of this folder")]
    Strange {
        /// The file's name.
        file: String,
    },
    /// A dropped file is larger than its bound.
    #[error("file `{file}` is larger than {most} bytes")]
    Size {
        /// The file's name.
        file: String,
        /// The bound.
        most: u64,
    },
    /// A dropped file has no header that can be read.
    #[error("file `{file}` has no header that can be read")]
    Header {
        /// The file's name.
        file: String,
    },
    /// A delivery folder cannot be written.
    #[error("delivery folder `{folder}` cannot be written: {kind}")]
    Delivery {
        /// The folder.
        folder: String,
        /// What the system said.
        kind: io::ErrorKind,
    },
    /// A delivery folder holds another delivery's position, or one that cannot be read.
    #[error("delivery folder `{folder}` belongs to another delivery, or its position is damaged")]
    Foreign {
        /// The folder.
        folder: String,
    },
    /// A segment would begin elsewhere than the folder ends, or has too many files.
    #[error("a segment does not follow on what delivery folder `{folder}` holds")]
    Gap {
        /// The folder.
        folder: String,
    },
}

impl Error {
    /// The stable code, which has a page in `ops/codes`.
    pub const fn code(&self) -> &'static str {
        match self {
            Error::Folder { .. } => "FILE-001",
            Error::File { .. } => "FILE-002",
            Error::Strange { .. } => "FILE-003",
            Error::Size { .. } => "FILE-004",
            Error::Header { .. } => "FILE-005",
            Error::Delivery { .. } => "FILE-006",
            Error::Foreign { .. } => "FILE-007",
            Error::Gap { .. } => "FILE-008",
        }
    }

    /// Whether the file itself is at fault, so that trying again helps nobody.
    pub const fn is_final(&self) -> bool {
        matches!(self, Error::Strange { .. } | Error::Size { .. } | Error::Header { .. })
    }
}
