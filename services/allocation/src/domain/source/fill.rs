//! One item of rule A2: the sites of a set give as much as they can to those who want it.

use std::collections::{BTreeSet, VecDeque};

/// An item, its free stock and its takers.
#[derive(Debug)]
pub struct Item {
    /// The units that are free, by site.
    free: Vec<i64>,
    /// Those who fewest sites may serve come first.
    wants: Vec<Want>,
}

/// Somebody who wants an item.
#[derive(Debug)]
struct Want {
    place: usize,
    quantity: i128,
    /// By site, true where it may be asked.
    may: Vec<bool>,
}

impl Item {
    /// An item that nobody wants yet.
    pub const fn new(free: Vec<i64>) -> Self {
        Self { free, wants: Vec::new() }
    }

    /// Adds somebody who wants it, whom no fewer sites may serve than those before.
    pub fn wanted(&mut self, place: usize, quantity: i128, may: Vec<bool>) {
        self.wants.push(Want { place, quantity, may });
    }

    /// The units that the sites of a set give in all.
    pub fn filled(&self, set: &[usize]) -> i128 {
        if let [want] = self.wants.as_slice() {
            let there = set.iter().filter(|site| want.may[**site]);
            let there: i128 = there.map(|site| i128::from(self.free[*site])).sum();
            return there.min(want.quantity);
        }
        self.fill(set).into_iter().map(|(_, _, part)| i128::from(part)).sum()
    }

    /// The units that each site of a set gives to each want, by its place. A want goes to one site where one
    /// has it all, and else to those of the set in their order. One that is left without units that
    /// others were given gets them, where these get theirs elsewhere.
    pub fn fill(&self, set: &[usize]) -> Vec<(usize, usize, i64)> {
        let mut given = Given::nothing(self);
        for (at, want) in self.wants.iter().enumerate() {
            let may = |site: &usize| want.may[*site];
            let whole = set
                .iter()
                .position(|site| may(site) && i128::from(given.left[*site]) >= want.quantity);
            let givers = whole.map_or(set, |first| &set[first..=first]);
            givers.iter().copied().filter(may).for_each(|site| given.add_all(at, site));
        }
        for at in 0..self.wants.len() {
            while let Some(way) = given.way(set, at) {
                given.go(at, &way);
            }
        }
        let parts = self.wants.iter().zip(&given.parts);
        parts
            .flat_map(|(want, parts)| set.iter().map(|site| (want.place, *site, parts[*site])))
            .filter(|(_, _, part)| *part > 0)
            .collect()
    }
}

/// An item while it is given out.
struct Given<'a> {
    item: &'a Item,
    /// The units that are still free, by site.
    left: Vec<i64>,
    /// The units given, by want and site.
    parts: Vec<Vec<i64>>,
    /// The units not given, by want.
    open: Vec<i128>,
}

/// A want takes units at a site, instead of those that it leaves at another.
#[derive(Debug, Clone, Copy)]
struct Step {
    taker: usize,
    takes: usize,
    leaves: Option<usize>,
}

impl<'a> Given<'a> {
    fn nothing(item: &'a Item) -> Self {
        Self {
            item,
            left: item.free.clone(),
            parts: vec![vec![0; item.free.len()]; item.wants.len()],
            open: item.wants.iter().map(|want| want.quantity).collect(),
        }
    }

    /// Gives as much as the want needs and the site has.
    fn add_all(&mut self, want: usize, site: usize) {
        let part = at_most(self.left[site], self.open[want]);
        self.left[site] -= part;
        self.open[want] -= i128::from(part);
        self.parts[want][site] += part;
    }

    /// The shortest way to get a want more, from its end on: a site with units left, or one where
    /// another want gives way that gets as much in the same manner. Shortest augmenting paths make
    /// the flow from sites to wants maximal, in few steps.
    fn way(&self, set: &[usize], want: usize) -> Option<Vec<Step>> {
        if self.open[want] == 0 || self.item.wants.len() == 1 {
            return None;
        }
        let mut steps: Vec<(Step, Option<usize>)> = Vec::new();
        let mut seen = BTreeSet::new();
        let mut takers = VecDeque::from([(want, None)]);
        while let Some((taker, before)) = takers.pop_front() {
            let leaves = before.map(|at: usize| steps[at].0.takes);
            for site in set.iter().copied().filter(|site| self.item.wants[taker].may[*site]) {
                if !seen.insert(site) {
                    continue;
                }
                steps.push((Step { taker, takes: site, leaves }, before));
                let this = steps.len() - 1;
                if self.left[site] > 0 {
                    let back = std::iter::successors(Some(this), |at| steps[*at].1);
                    return Some(back.map(|at| steps[at].0).collect());
                }
                let others = (0..self.parts.len()).filter(|other| self.parts[*other][site] > 0);
                takers.extend(others.map(|other| (other, Some(this))));
            }
        }
        None
    }

    /// Everybody on the way takes a step, with as many units as all of them can.
    fn go(&mut self, want: usize, way: &[Step]) {
        let leaves = |step: &Step| step.leaves.map(|site| self.parts[step.taker][site]);
        let end = way.first().map(|step| self.left[step.takes]);
        let part = way.iter().filter_map(leaves).chain(end).fold(i64::MAX, Ord::min);
        let part = at_most(part, self.open[want]);
        if let Some(end) = way.first() {
            self.left[end.takes] -= part;
        }
        self.open[want] -= i128::from(part);
        for step in way {
            self.parts[step.taker][step.takes] += part;
            if let Some(site) = step.leaves {
                self.parts[step.taker][site] -= part;
            }
        }
    }
}

/// The smaller of the two.
fn at_most(units: i64, most: i128) -> i64 {
    i64::try_from(most).map_or(units, |most| units.min(most))
}
