//! Things that stand at road nodes, found from the nearest on: idle taxis, waiting passengers.

use crate::ids::{Id, NodeId};

/// No thing.
const NONE: u32 = u32::MAX;

/// Things by the node they stand at. At one node they keep the order in which they came, like taxis in a rank.
#[derive(Debug)]
pub(crate) struct Nearby {
    /// One bit a node: whether anything stands there.
    occupied: Vec<u64>,
    first: Vec<u32>,
    last: Vec<u32>,
    links: Vec<Link>,
    count: usize,
}

/// Where a thing stands in its node's line.
#[derive(Clone, Copy, Debug)]
struct Link {
    node: NodeId,
    before: u32,
    after: u32,
}

impl Nearby {
    /// An empty index over this many nodes, for at first this many things.
    pub(crate) fn new(nodes: usize, things: usize) -> Self {
        Self {
            occupied: vec![0; nodes.div_ceil(64)],
            first: vec![NONE; nodes],
            last: vec![NONE; nodes],
            links: vec![Link { node: NodeId(0), before: NONE, after: NONE }; things],
            count: 0,
        }
    }

    /// Whether nothing stands anywhere.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// How many things stand anywhere.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// Puts a thing at the end of a node's line.
    pub(crate) fn insert(&mut self, node: NodeId, thing: u32) {
        if self.links.len() <= thing as usize {
            self.links.resize(thing as usize + 1, Link { node, before: NONE, after: NONE });
        }
        let before = std::mem::replace(&mut self.last[node.index()], thing);
        self.links[thing as usize] = Link { node, before, after: NONE };
        match before {
            NONE => {
                self.first[node.index()] = thing;
                self.occupied[node.index() / 64] |= 1 << (node.index() % 64);
            }
            before => self.links[before as usize].after = thing,
        }
        self.count += 1;
    }

    /// Takes a thing out of its node's line.
    pub(crate) fn remove(&mut self, thing: u32) {
        let Link { node, before, after } = self.links[thing as usize];
        match before {
            NONE => self.first[node.index()] = after,
            before => self.links[before as usize].after = after,
        }
        match after {
            NONE => self.last[node.index()] = before,
            after => self.links[after as usize].before = before,
        }
        if before == NONE && after == NONE {
            self.occupied[node.index() / 64] &= !(1 << (node.index() % 64));
        }
        self.count -= 1;
    }

    /// The things in the order of `nodes`, and at a node in the order of its line.
    #[inline]
    pub(crate) fn in_order<'a>(&'a self, nodes: &'a [NodeId]) -> impl Iterator<Item = u32> + 'a {
        nodes.iter().filter(|node| self.occupied[node.index() / 64] >> (node.index() % 64) & 1 == 1).flat_map(
            |node| {
                std::iter::successors(Self::thing(self.first[node.index()]), |&thing| {
                    Self::thing(self.links[thing as usize].after)
                })
            },
        )
    }

    #[inline]
    fn thing(thing: u32) -> Option<u32> {
        (thing != NONE).then_some(thing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_come_first_and_at_one_node_the_first_to_come() {
        let mut nearby = Nearby::new(100, 0);
        for (node, thing) in [(70, 1), (3, 2), (70, 3), (5, 4), (70, 5)] {
            nearby.insert(NodeId(node), thing);
        }
        let order = [NodeId(70), NodeId(4), NodeId(3), NodeId(5)];
        assert_eq!(nearby.in_order(&order).collect::<Vec<_>>(), [1, 3, 5, 2, 4]);
        for thing in [3, 1, 2] {
            nearby.remove(thing);
        }
        assert_eq!(nearby.in_order(&order).collect::<Vec<_>>(), [5, 4]);
        nearby.remove(5);
        nearby.remove(4);
        assert!(nearby.is_empty());
        assert_eq!(nearby.in_order(&order).next(), None);
    }
}
