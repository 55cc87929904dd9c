//! Coded fields: what a code table covers stands in a certificate as a small number.

/// A number that its code table does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{table} has no code {code}")]
pub struct UnknownCode {
    /// The code table.
    pub table: &'static str,
    /// The number.
    pub code: u64,
}

/// A title series (职称系列): 1–27 of the national table of 2021, 99 for others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Series(u8);

impl Series {
    /// A series outside the national table, named in the title's own text.
    pub const OTHER: Self = Self(99);

    /// The series with this code.
    pub fn new(code: u64) -> Result<Self, UnknownCode> {
        match code {
            1..=27 | 99 => Ok(Self(code as u8)),
            _ => Err(UnknownCode { table: "title series", code }),
        }
    }

    /// The code.
    pub const fn code(self) -> u8 {
        self.0
    }
}

macro_rules! coded {
    ($(#[$doc:meta])* $name:ident, $table:literal { $($(#[$vdoc:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every value, in the order of the codes.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The value with this code.
            pub const fn from_code(code: u64) -> Result<Self, $crate::certificate::UnknownCode> {
                match code {
                    $($code => Ok(Self::$variant),)+
                    _ => Err($crate::certificate::UnknownCode { table: $table, code }),
                }
            }

            /// The code.
            pub const fn code(self) -> u64 {
                match self { $(Self::$variant => $code),+ }
            }
        }
    };
}
pub(crate) use coded;

coded! {
    /// The level of a title (级别); the codes are the third digit of GB/T 8561.
    Level, "title level" {
        /// 正高级
        SeniorFull = 1,
        /// 副高级
        SeniorAssociate = 2,
        /// 中级
        Intermediate = 3,
        /// 助理级
        Assistant = 4,
        /// 员级
        Technician = 5,
    }
}

coded! {
    /// How a title was obtained (取得方式).
    ObtainMethod, "obtain method" {
        /// 评审
        Review = 1,
        /// 初定/考核认定
        InitialDetermination = 2,
        /// 考试
        Examination = 3,
        /// 转移确认
        TransferConfirmation = 4,
    }
}
