//! Typed indices: one integer type per kind of thing, and vectors that accept only their own kind.

use std::marker::PhantomData;
use std::ops::{Index, IndexMut, Range};

/// A dense index of one kind of thing.
pub trait Id: Copy + Eq + Ord {
    /// The id with this index.
    fn new(index: usize) -> Self;
    /// The index of this id.
    fn index(self) -> usize;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident($width:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $width);
        impl Id for $name {
            #[inline]
            fn new(index: usize) -> Self {
                debug_assert!(<$width>::try_from(index).is_ok(), "an id fits its width");
                Self(index as $width)
            }
            #[inline]
            fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// A taxi with its driver.
    TaxiId(u32);
    /// A ride, numbered in order of request over the whole run.
    RideId(u32);
    /// A charging station.
    StationId(u32);
    /// A plug, numbered over all stations.
    PlugId(u32);
    /// A power cabinet whose plugs share its power, numbered over all stations.
    CabinetId(u32);
    /// A stream of walk-in visitors at one station.
    StreamId(u32);
    /// A visit to a station, numbered in order of arrival over the whole run.
    VisitId(u32);
    /// A node of the road graph.
    NodeId(u16);
    /// A city district.
    DistrictId(u8);
    /// A model of electric car.
    ModelId(u8);
}

/// A vector indexed by one kind of id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdVec<I, T>(Vec<T>, PhantomData<fn(I)>);

impl<I: Id, T> IdVec<I, T> {
    /// An empty vector.
    pub fn new() -> Self {
        Self(Vec::new(), PhantomData)
    }

    /// The id that the next pushed value will get.
    pub fn next_id(&self) -> I {
        I::new(self.0.len())
    }

    /// Adds a value and returns its id.
    pub fn push(&mut self, value: T) -> I {
        let id = self.next_id();
        self.0.push(value);
        id
    }

    /// How many values there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A value, if there is one with this id.
    pub fn get_mut(&mut self, id: I) -> Option<&mut T> {
        self.0.get_mut(id.index())
    }

    /// The values in order of their ids.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }

    /// The ids in order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = I> + use<I, T> {
        (0..self.0.len()).map(I::new)
    }

    /// The values with their ids, in order.
    pub fn enumerate(&self) -> impl DoubleEndedIterator<Item = (I, &T)> {
        self.0.iter().enumerate().map(|(index, value)| (I::new(index), value))
    }

    /// The values whose ids lie in a range.
    pub fn range(&self, ids: &Range<I>) -> &[T] {
        &self.0[ids.start.index()..ids.end.index()]
    }
}

/// The ids of a range, in order.
pub fn each<I: Id>(ids: &Range<I>) -> impl DoubleEndedIterator<Item = I> + use<I> {
    (ids.start.index()..ids.end.index()).map(I::new)
}

impl<I: Id, T> Default for IdVec<I, T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<I: Id, T> FromIterator<T> for IdVec<I, T> {
    fn from_iter<A: IntoIterator<Item = T>>(values: A) -> Self {
        Self(values.into_iter().collect(), PhantomData)
    }
}

impl<I: Id, T> Index<I> for IdVec<I, T> {
    type Output = T;
    #[inline]
    fn index(&self, id: I) -> &T {
        &self.0[id.index()]
    }
}

impl<I: Id, T> IndexMut<I> for IdVec<I, T> {
    #[inline]
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.0[id.index()]
    }
}

impl<'a, I: Id, T> IntoIterator for &'a IdVec<I, T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
