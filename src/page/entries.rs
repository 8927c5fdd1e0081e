//! The entries that a page shows: what stands in its lists, and lone headlines beside them.

use super::{Block, Dated, Item, Link, LinkRole, Page};

/// Characters from which on a link's text may be a title.
const SHORTEST_TITLE: usize = 8;

impl Page {
    /// Every entry, in the order shown; one that stands in several places comes several times.
    pub fn entries(&self) -> impl Iterator<Item = Item> + '_ {
        let listed = self.lists.iter().flat_map(|list| list.items.iter().cloned());
        // A carousel or a lone headline is no list, and its entries are updates all the same.
        listed.chain(self.links.iter().filter(|link| is_headline(link)).map(|link| Item {
            title: link.text.clone(),
            href: link.href.clone(),
            address: link.address.clone(),
            date: Dated::Absent,
            pinned: false,
        }))
    }
}

fn is_headline(link: &Link) -> bool {
    link.block == Block::Main && link.role == LinkRole::Anchor && link.text.chars().count() >= SHORTEST_TITLE
}
