//! Why bytes are no policy.

use super::{MAX_LINES_OF_A_KIND, MAX_POLICY_LEN, PolicyName};
use crate::{
    checkpoint::PolicyError,
    note::{KeyName, VerifierKeyError},
};

/// Why bytes are no policy. Lines are counted from one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlogPolicyError {
    /// Longer than [`MAX_POLICY_LEN`].
    #[error("a policy of {len} bytes; at most {MAX_POLICY_LEN} are read")]
    TooLong {
        /// Bytes given.
        len: usize,
    },
    /// The last line is not ended: the rest may be missing, and then the policy says something else.
    #[error("the policy's last line does not end with a newline: is the file whole?")]
    Unended,
    /// A control character other than tab and newline.
    #[error(
        "line {line} of the policy has the byte {byte:#04x}; of control characters only tab and newline are allowed"
    )]
    ControlCharacter {
        /// The line.
        line: usize,
        /// The byte.
        byte: u8,
    },
    /// A line that is none of the four kinds.
    #[error("line {line} of the policy begins with none of log, witness, group and quorum")]
    UnknownLine {
        /// The line.
        line: usize,
    },
    /// A line with too few or too many items.
    #[error("line {line} of the policy should read: {form}")]
    Form {
        /// The line.
        line: usize,
        /// How such a line reads.
        form: &'static str,
    },
    /// A key that is none, or of a kind that is not known here.
    #[error("line {line} of the policy: {source}")]
    Key {
        /// The line.
        line: usize,
        /// What is wrong with the key.
        source: VerifierKeyError,
    },
    /// A key that is not UTF-8.
    #[error("line {line} of the policy: the key or the address is not UTF-8")]
    NotUtf8 {
        /// The line.
        line: usize,
    },
    /// A log's key of another kind than 0x01.
    #[error("line {line} of the policy: the key of {name} is no log's key: those are of kind 0x01")]
    NotALogKey {
        /// The line.
        line: usize,
        /// The key's name.
        name: KeyName,
    },
    /// Two logs with one public key.
    #[error("line {line} of the policy repeats the public key of another log")]
    LogRepeated {
        /// The line.
        line: usize,
    },
    /// A name that is defined already, or that is always defined: `none`.
    #[error("line {line} of the policy: the name {name} is taken")]
    NameTaken {
        /// The line.
        line: usize,
        /// The name.
        name: PolicyName,
    },
    /// A name that no line before this one defines.
    #[error("line {line} of the policy: no line before it defines {name}")]
    Undefined {
        /// The line.
        line: usize,
        /// The name.
        name: PolicyName,
    },
    /// A name that is a member already, here or of another group: it would count twice.
    #[error("line {line} of the policy: {name} is a member of a group already")]
    MemberTwice {
        /// The line.
        line: usize,
        /// The name.
        name: PolicyName,
    },
    /// A threshold that is no number from 1 to the number of members.
    #[error(
        "line {line} of the policy: a threshold is all, any or a number from 1 to the {members} members"
    )]
    Threshold {
        /// The line.
        line: usize,
        /// How many members the group has.
        members: usize,
    },
    /// More than one line says which quorum counts.
    #[error("line {line} of the policy is its second quorum line")]
    SecondQuorum {
        /// The line.
        line: usize,
    },
    /// No line says which quorum counts.
    #[error("the policy has no quorum line; `quorum none` asks for no cosignature")]
    NoQuorum,
    /// More lines of one kind than [`MAX_LINES_OF_A_KIND`].
    #[error(
        "line {line} of the policy: more than {MAX_LINES_OF_A_KIND} logs, witnesses or groups are not read"
    )]
    TooMany {
        /// The line.
        line: usize,
    },
    /// Witnesses that make no quorum.
    #[error("the policy's witnesses: {0}")]
    Quorum(#[from] PolicyError),
}
