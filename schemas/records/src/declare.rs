//! How a record and a closed list are declared: each name once, beside its name on the wire. Knows
//! no record of its own.

/// Declares a part of a finding: `english = "norwegian": Type`. It has no printable form, since
/// what it holds is what we protect.
macro_rules! record {
    ($(#[$meta:meta])* $name:ident {
        $($(#[$field_meta:meta])* $field:ident = $wire:literal: $type:ty,)+
    }) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name {
            $($(#[$field_meta])* #[serde(rename = $wire)] pub $field: $type,)+
        }

        impl $name {
            /// Every field: name on the wire, English name; in the order of the contract.
            pub const NAMES: &[(&str, &str)] = &[$(($wire, stringify!($field)),)+];
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

/// Declares a closed list: `Variant = "symbol"`, in the order of the contract's symbols.
macro_rules! list {
    ($(#[$meta:meta])* $name:ident {
        $($(#[$variant_meta:meta])* $variant:ident = $symbol:literal,)+
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$variant_meta])* #[serde(rename = $symbol)] $variant,)+
        }

        impl $name {
            /// Every word of the list, in the order of the contract's symbols.
            pub const ALL: &[$name] = &[$($name::$variant,)+];

            /// The symbol on the wire.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $($name::$variant => $symbol,)+
                }
            }
        }

        impl std::str::FromStr for $name {
            type Err = vocabulary::Error;

            fn from_str(text: &str) -> Result<Self, vocabulary::Error> {
                let found = Self::ALL.iter().copied().find(|word| word.as_str() == text);
                found.ok_or(vocabulary::Error::Unknown)
            }
        }
    };
}

pub(crate) use {list, record};
