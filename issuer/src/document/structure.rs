//! The page's structure for screen readers and for copying text: what is the heading, what belongs
//! together, in which order it is read. Ornaments are not part of it.

use std::num::NonZeroU16;

use krilla::tagging::{Identifier, Tag, TagGroup, TagTree};

/// What a piece of the page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The document's title.
    Heading,
    /// A field with its label, or a sentence with its translation.
    Paragraph,
    /// The QR code.
    Code,
}

/// Pieces of the page in reading order.
#[derive(Debug, Default)]
pub(super) struct Structure {
    pieces: Vec<(Role, Identifier)>,
}

impl Structure {
    /// Adds the next piece.
    pub(super) fn push(&mut self, role: Role, piece: Identifier) {
        self.pieces.push((role, piece));
    }

    /// The tree that the file keeps. `address` is where the QR code leads.
    pub(super) fn tree(self, address: &str) -> TagTree {
        let mut tree = TagTree::new().with_lang(Some("zh-CN".to_owned()));
        for (role, piece) in self.pieces {
            let mut group = match role {
                Role::Heading => TagGroup::new(Tag::Hn(NonZeroU16::MIN, None)),
                Role::Paragraph => TagGroup::new(Tag::P),
                Role::Code => TagGroup::new(Tag::Figure(Some(format!(
                    "二维码，扫描后在 {address} 核验本证书 / QR code that verifies this certificate"
                )))),
            };
            group.push(piece);
            tree.push(group);
        }
        tree
    }
}
