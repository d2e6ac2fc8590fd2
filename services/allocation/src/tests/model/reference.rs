//! The rules of allocation, written down as simply as possible: every rule in the plainest words, all
//! of the state looked at after every step, and no care for how long it takes.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, VecDeque},
};

pub const SKUS: [&str; 3] = ["A", "B", "C"];
pub const PLACES: [&str; 3] = ["EAST", "NEW", "WEST"];
/// True if the place serves the ship-to of every order, and its priority.
pub const MERITS: [(bool, u32); 3] = [(true, 1), (false, 1), (false, 2)];
/// The items that may replace each, best first.
pub const SUBSTITUTES: [&[usize]; 3] = [&[1, 2], &[2], &[]];

/// A place and an item.
pub type Stock = (usize, usize);
/// An order, its line, and what is reserved where.
pub type Key = (usize, usize, usize, usize);

#[derive(Debug, Clone, Default)]
pub struct Shelf {
    pub on_hand: i64,
    counted_at: i64,
    moves: Vec<(i64, i64)>,
    newest: i64,
}

#[derive(Debug, Clone, Copy, Default)]
pub struct Flags {
    pub complete: bool,
    pub may_wait: bool,
    pub substitutes: bool,
}

#[derive(Debug, Clone)]
pub struct Order {
    pub rank: (u8, u8, usize),
    pub flags: Flags,
    pub lines: Vec<Line>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Line {
    pub sku: usize,
    pub ordered: i64,
    pub waits: i64,
    /// The part of it that was announced, or is held back until places have answered.
    pub notified: i64,
    pub consumed: i64,
    pub declined: i64,
    pub released: i64,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Kept {
    pub quantity: i64,
    pub recalled: i64,
    pub unwanted: i64,
    pub in_doubt: i64,
    pub in_doubt_unwanted: i64,
    pub age: i64,
}

#[derive(Debug, Clone, Default)]
pub struct Model {
    pub shelves: BTreeMap<Stock, Shelf>,
    pub orders: Vec<Order>,
    pub kept: BTreeMap<Key, Kept>,
    pub closed: BTreeSet<usize>,
    /// Blocks by order, line, item and place.
    blocks: BTreeSet<Key>,
    sequence: BTreeMap<usize, u64>,
    pub now: i64,
}

impl Model {
    pub fn at(now: i64) -> Self {
        Self { now, ..Self::default() }
    }

    pub fn reserved(&self, (place, sku): Stock) -> i64 {
        let here = self.kept.iter().filter(|(key, _)| key.3 == place && key.2 == sku);
        here.map(|(_, kept)| kept.quantity).sum()
    }

    fn free(&self, stock: Stock) -> i64 {
        self.shelves.get(&stock).map_or(0, |shelf| shelf.on_hand) - self.reserved(stock)
    }

    fn in_doubt(&self, order: usize, line: usize) -> i64 {
        let of_line = self.kept.iter().filter(|(key, _)| (key.0, key.1) == (order, line));
        of_line.map(|(_, kept)| kept.in_doubt - kept.in_doubt_unwanted).sum()
    }

    /// A4: nothing of it has left, so all of it is reserved or all of it waits.
    fn is_whole(&self, order: usize) -> bool {
        let order = &self.orders[order];
        order.flags.complete && order.lines.iter().all(|line| line.consumed == 0)
    }

    /// A4: it has to stay whole, and places have yet to say what becomes of some of it.
    fn awaits(&self, order: usize) -> bool {
        let mut own = self.kept.iter().filter(|(key, _)| key.0 == order);
        self.is_whole(order)
            && own.any(|(_, it)| it.recalled > it.unwanted || it.in_doubt > it.in_doubt_unwanted)
    }

    /// A4: all of it is wanted back where what waits or is wanted back already is free nowhere.
    fn keep_whole(&mut self, order: usize) {
        let mut lacks: BTreeMap<usize, i64> = BTreeMap::new();
        for (line, row) in self.orders[order].lines.iter().enumerate() {
            let of_line = self.kept.iter().filter(|(key, _)| (key.0, key.1) == (order, line));
            let recalled: i64 = of_line.map(|(_, kept)| kept.recalled - kept.unwanted).sum();
            lacks.insert(line, row.waits + recalled);
        }
        lacks.retain(|_, quantity| *quantity > 0);
        self.clone().fill(order, &mut lacks);
        if lacks.values().any(|quantity| *quantity > 0) {
            let own = self.kept.iter_mut().filter(|(key, _)| key.0 == order);
            own.for_each(|(_, kept)| kept.recalled = kept.quantity);
        }
    }

    /// Announces anew what was held back, where it still waits.
    fn look_again(&mut self, order: usize, awaited: bool) {
        if awaited {
            self.orders[order].lines.iter_mut().for_each(|line| line.notified = 0);
        }
    }

    /// Returns true if on hand knows already of something at that moment.
    fn knows(&self, stock: Stock, at: i64) -> bool {
        self.shelves.get(&stock).is_some_and(|shelf| at <= shelf.counted_at)
    }

    fn moves(&mut self, stock: Stock, change: i64, at: i64) {
        let known = self.knows(stock, at);
        let shelf = self.shelves.entry(stock).or_default();
        shelf.moves.push((at, change));
        if !known {
            shelf.on_hand = (shelf.on_hand + change).max(0);
        }
    }

    /// A8.
    pub fn adjust(&mut self, place: usize, sku: usize, change: i64, at: i64) {
        let stock = (place, sku);
        let there = self.shelves.get(&stock).map_or(0, |shelf| shelf.on_hand);
        if !self.knows(stock, at) && there + change < 0 {
            return;
        }
        self.moves(stock, change, at);
        self.reported(place, &[sku]);
    }

    /// A8: out, and in where it goes elsewhere at once. Says whether it was taken.
    pub fn transfer(&mut self, from: usize, to: usize, sku: usize, quantity: i64, at: i64) -> bool {
        let there = self.shelves.get(&(from, sku)).map_or(0, |shelf| shelf.on_hand);
        if !self.knows((from, sku), at) && there < quantity {
            return false;
        }
        self.moves((from, sku), -quantity, at);
        self.shortage((from, sku));
        self.blocks.retain(|block| (block.3, block.2) != (from, sku));
        if to != from {
            self.arrive(to, sku, quantity, at);
        }
        self.give();
        true
    }

    pub fn arrive(&mut self, to: usize, sku: usize, quantity: i64, at: i64) {
        self.moves((to, sku), quantity, at);
        self.reported(to, &[sku]);
    }

    /// A7.
    pub fn count(&mut self, place: usize, sequence: u64, as_of: i64, lines: &[(usize, i64)]) {
        if self.sequence.get(&place).is_some_and(|last| sequence <= *last) {
            return;
        }
        self.sequence.insert(place, sequence);
        for (sku, counted) in lines {
            let shelf = self.shelves.entry((place, *sku)).or_default();
            shelf.counted_at = as_of;
            let later: i64 =
                shelf.moves.iter().filter(|(at, _)| *at > as_of).map(|(_, change)| change).sum();
            shelf.on_hand = (counted + later).max(0);
        }
        let skus: Vec<usize> = lines.iter().map(|(sku, _)| *sku).collect();
        self.reported(place, &skus);
    }

    /// A12.
    pub fn restock(&mut self, place: usize, sku: usize, quantity: i64) {
        self.moves((place, sku), quantity, self.now);
        self.give();
    }

    fn reported(&mut self, place: usize, skus: &[usize]) {
        self.blocks.retain(|block| block.3 != place || !skus.contains(&block.2));
        skus.iter().for_each(|sku| self.shortage((place, *sku)));
        self.give();
    }

    pub fn accept(&mut self, order: Order) {
        self.orders.push(order);
        self.give();
    }

    /// O7: less of a line.
    pub fn shrink(&mut self, order: usize, line: usize, to: i64) {
        let awaited = self.awaits(order);
        let row = &mut self.orders[order].lines[line];
        row.ordered = row.ordered.min(to);
        self.want_less(order, line);
        self.look_again(order, awaited);
        self.give();
    }

    /// O7: more of a line; what left above the order counts towards it.
    pub fn grow(&mut self, order: usize, line: usize, more: i64) {
        let of_line = self.kept.iter().filter(|(key, _)| (key.0, key.1) == (order, line));
        let wanted: i64 = of_line.map(|(_, kept)| kept.quantity - kept.unwanted).sum();
        let row = &mut self.orders[order].lines[line];
        row.ordered += more;
        row.waits += (row.ordered - row.consumed - wanted - row.waits).clamp(0, more);
        self.give();
    }

    /// Takes what waits, then what waits for the word of a place, then what is reserved.
    fn want_less(&mut self, order: usize, line: usize) {
        let asked = self.in_doubt(order, line);
        let of_line = |key: &Key| (key.0, key.1) == (order, line);
        let wanted: i64 = self
            .kept
            .iter()
            .filter(|(key, _)| of_line(key))
            .map(|(_, kept)| kept.quantity - kept.unwanted)
            .sum();
        let row = &mut self.orders[order].lines[line];
        let total = (row.ordered - row.consumed).max(0);
        let excess = (wanted + row.waits - total).max(0);
        let waits = (row.waits - asked).max(0).min(excess);
        (row.waits, row.released) = (row.waits - waits, row.released + waits);
        let mut open = excess - waits;
        for key in self.newest_first(of_line) {
            let kept = self.kept.get_mut(&key).unwrap();
            let row = &mut self.orders[order].lines[line];
            let part = (kept.in_doubt - kept.in_doubt_unwanted).min(open).min(row.waits);
            (open, row.waits) = (open - part, row.waits - part);
            kept.in_doubt_unwanted += part;
        }
        for key in self.newest_first(of_line) {
            let kept = self.kept.get_mut(&key).unwrap();
            let part = (kept.quantity - kept.unwanted).min(open);
            open -= part;
            kept.unwanted += part;
            kept.recalled = kept.recalled.max(kept.unwanted);
        }
    }

    fn newest_first(&self, which: impl Fn(&Key) -> bool) -> Vec<Key> {
        let mut keys: Vec<Key> = self.kept.keys().filter(|key| which(key)).copied().collect();
        keys.sort_by_key(|key| Reverse(self.kept[key].age));
        keys
    }

    /// Units that are not reserved any more, at most so many; says how many.
    fn end(&mut self, key: Key, quantity: i64) -> i64 {
        let Some(kept) = self.kept.get_mut(&key) else { return 0 };
        let quantity = quantity.min(kept.quantity);
        kept.quantity -= quantity;
        kept.recalled = kept.recalled.min(kept.quantity);
        kept.unwanted = kept.unwanted.min(kept.recalled);
        quantity
    }

    /// Units that were wanted back because the order does not want them.
    fn release(&mut self, key: Key, quantity: i64) -> i64 {
        let Some(kept) = self.kept.get_mut(&key) else { return 0 };
        let quantity = quantity.min(kept.unwanted).min(kept.quantity);
        kept.quantity -= quantity;
        kept.unwanted -= quantity;
        kept.recalled -= quantity;
        self.orders[key.0].lines[key.1].released += quantity;
        quantity
    }

    /// A9, F5.
    pub fn dispatch(&mut self, key: Key, quantity: i64, at: i64) {
        let awaited = self.awaits(key.0);
        let own = self.end(key, quantity);
        self.orders[key.0].lines[key.1].consumed += own;
        let above = quantity - own;
        if above > 0 {
            let unwanted = self.in_doubt_leaves(key, above);
            let instead = above - unwanted;
            let mut open = (instead - self.orders[key.0].lines[key.1].waits).max(0);
            let others = |it: &Key| (it.0, it.1) == (key.0, key.1) && *it != key;
            for other in self.newest_first(others) {
                let part = (self.kept[&other].quantity - self.kept[&other].unwanted).min(open);
                open -= part;
                self.lose(other, part);
            }
            let row = &mut self.orders[key.0].lines[key.1];
            row.waits = (row.waits - instead).max(0);
            row.consumed += above;
        }
        self.moves((key.3, key.2), -quantity, at);
        self.shortage((key.3, key.2));
        self.want_less(key.0, key.1);
        self.look_again(key.0, awaited);
        self.give();
    }

    /// Units that are wanted, and not reserved any more before the place has said that it keeps
    /// them. Those that it was asked back already come first.
    fn lose(&mut self, key: Key, quantity: i64) {
        let kept = self.kept.get_mut(&key).unwrap();
        kept.in_doubt += quantity;
        kept.recalled -= quantity.min(kept.recalled - kept.unwanted);
        self.end(key, quantity);
        self.orders[key.0].lines[key.1].waits += quantity;
    }

    /// Units that are not reserved any more have left, last those that are not wanted; says how many
    /// of these.
    fn in_doubt_leaves(&mut self, key: Key, quantity: i64) -> i64 {
        let Some(kept) = self.kept.get_mut(&key) else { return 0 };
        kept.in_doubt -= kept.in_doubt.min(quantity);
        let unwanted = (kept.in_doubt_unwanted - kept.in_doubt).max(0);
        kept.in_doubt_unwanted -= unwanted;
        unwanted
    }

    /// Units that are not reserved any more do not leave, first those that are not wanted; says how
    /// many.
    fn in_doubt_stays(&mut self, key: Key, quantity: i64) -> i64 {
        let Some(kept) = self.kept.get_mut(&key) else { return 0 };
        let in_doubt = kept.in_doubt.min(quantity);
        let unwanted = kept.in_doubt_unwanted.min(in_doubt);
        (kept.in_doubt, kept.in_doubt_unwanted) =
            (kept.in_doubt - in_doubt, kept.in_doubt_unwanted - unwanted);
        self.orders[key.0].lines[key.1].released += unwanted;
        in_doubt
    }

    /// F4: a warehouse has not got it.
    pub fn short(&mut self, key: Key, quantity: i64, blocked: bool) {
        let awaited = self.awaits(key.0);
        if blocked {
            self.blocks.insert(key);
        }
        let rest = quantity - self.in_doubt_stays(key, quantity);
        let rest = rest - self.release(key, rest);
        self.source_again(key, rest, awaited);
    }

    /// A10, O8: a warehouse keeps it, as it was asked to.
    pub fn cancel(&mut self, key: Key, quantity: i64) {
        let awaited = self.awaits(key.0);
        let rest = quantity - self.in_doubt_stays(key, quantity);
        let rest = rest - self.release(key, rest);
        if let Some(kept) = self.kept.get_mut(&key) {
            kept.recalled -= rest.min(kept.recalled - kept.unwanted);
        }
        self.source_again(key, rest, awaited);
    }

    fn source_again(&mut self, key: Key, rest: i64, awaited: bool) {
        let waits = self.end(key, rest);
        self.orders[key.0].lines[key.1].waits += waits;
        self.look_again(key.0, awaited);
        self.give();
    }

    /// A7: the newest give way.
    fn shortage(&mut self, stock: Stock) {
        for key in self.newest_first(|key| (key.3, key.2) == stock) {
            let on_hand = self.shelves.get(&stock).map_or(0, |shelf| shelf.on_hand);
            let excess = self.reserved(stock) - on_hand;
            if excess <= 0 {
                return;
            }
            let quantity = self.kept[&key].quantity.min(excess);
            let kept = self.kept.get_mut(&key).unwrap();
            let unwanted = kept.unwanted.min(quantity);
            kept.quantity -= unwanted;
            kept.unwanted -= unwanted;
            kept.recalled -= unwanted;
            kept.in_doubt += unwanted;
            kept.in_doubt_unwanted += unwanted;
            self.lose(key, quantity - unwanted);
        }
    }

    /// A10.
    pub fn switch(&mut self, place: usize, close: bool) {
        if close && self.closed.insert(place) {
            let mut touched = BTreeSet::new();
            for (key, kept) in self.kept.iter_mut().filter(|(key, _)| key.3 == place) {
                if kept.recalled < kept.quantity {
                    kept.recalled = kept.quantity;
                    touched.insert(key.0);
                }
            }
            for order in touched {
                if self.is_whole(order) {
                    self.keep_whole(order);
                }
            }
        } else if !close {
            self.closed.remove(&place);
        }
        self.give();
    }

    /// A6: everybody who waits is looked at, by rank; then those who may not wait get nothing (A3).
    fn give(&mut self) {
        let mut ranked: Vec<usize> = (0..self.orders.len()).collect();
        ranked.sort_by_key(|order| self.orders[*order].rank);
        ranked.into_iter().for_each(|order| self.serve(order));
        for order in 0..self.orders.len() {
            if self.is_whole(order) {
                self.settle_whole(order);
            } else if !self.orders[order].flags.may_wait {
                for line in 0..self.orders[order].lines.len() {
                    let held = self.in_doubt(order, line);
                    let row = &mut self.orders[order].lines[line];
                    row.declined += row.waits - held.min(row.waits);
                    row.waits = held.min(row.waits);
                }
            }
        }
        self.kept.retain(|_, kept| kept.quantity != 0 || kept.in_doubt != 0);
    }

    /// A4: who has to stay whole and cannot is recalled; when the places have answered, all of it
    /// waits or is declined.
    fn settle_whole(&mut self, order: usize) {
        let unnotified = |line: &Line| line.waits > line.notified;
        if !self.orders[order].lines.iter().any(unnotified) {
            return;
        }
        self.keep_whole(order);
        let declines = !self.awaits(order) && !self.orders[order].flags.may_wait;
        for line in &mut self.orders[order].lines {
            if declines {
                line.declined += line.waits;
                line.waits = 0;
            }
            line.notified = line.waits;
        }
    }

    fn serve(&mut self, order: usize) {
        if self.awaits(order) {
            return;
        }
        let flags = self.orders[order].flags;
        let needs = |line: usize| self.orders[order].lines[line].waits - self.in_doubt(order, line);
        let mut open: BTreeMap<usize, i64> = (0..self.orders[order].lines.len())
            .map(|line| (line, needs(line)))
            .filter(|(_, quantity)| *quantity > 0)
            .collect();
        let own = |line: &usize| self.orders[order].lines[*line].sku;
        let nothing = |sku: usize| (0..3).all(|place| self.free((place, sku)) <= 0);
        if open.keys().map(own).all(|sku| {
            nothing(sku) && (!flags.substitutes || SUBSTITUTES[sku].iter().all(|it| nothing(*it)))
        }) {
            return;
        }
        let before = self.is_whole(order).then(|| self.clone());
        self.fill(order, &mut open);
        if let Some(before) = before
            && open.values().any(|quantity| *quantity > 0)
        {
            *self = before;
        }
    }

    /// Gives an order what is free of what is open of it, by line.
    fn fill(&mut self, order: usize, open: &mut BTreeMap<usize, i64>) {
        let flags = self.orders[order].flags;
        for stage in 0..3 {
            // A3: lines of the same item are added up, as far as the same places may serve them.
            let mut groups: BTreeMap<(usize, Vec<usize>), Vec<usize>> = BTreeMap::new();
            for line in open.keys() {
                let own = self.orders[order].lines[*line].sku;
                let sku = if stage == 0 { Some(&own) } else { SUBSTITUTES[own].get(stage - 1) };
                let Some(sku) = sku else { continue };
                let blocks = self
                    .blocks
                    .iter()
                    .filter(|block| (block.0, block.1, block.2) == (order, *line, *sku));
                let blocks = blocks.map(|block| block.3).collect();
                groups.entry((*sku, blocks)).or_default().push(*line);
            }
            let given = self.best(&groups, open);
            for ((group, lines), mut parts) in groups.iter().zip(given) {
                for line in lines {
                    for (place, part) in &mut parts {
                        let quantity = open[line].min(*part);
                        if quantity > 0 {
                            *part -= quantity;
                            *open.get_mut(line).unwrap() -= quantity;
                            self.reserve((order, *line, group.0, *place), quantity);
                        }
                    }
                }
            }
            if !flags.substitutes {
                break;
            }
        }
    }

    fn reserve(&mut self, key: Key, quantity: i64) {
        let shelf = self.shelves.get_mut(&(key.3, key.2)).unwrap();
        shelf.newest = self.now.max(shelf.newest + 1);
        let kept = self.kept.entry(key).or_default();
        kept.quantity += quantity;
        kept.age = shelf.newest;
        let row = &mut self.orders[key.0].lines[key.1];
        row.waits -= quantity;
        row.notified = row.notified.min(row.waits);
    }

    /// A2: every set of open places, and the best of them; what each group gets of each place.
    fn best(
        &self,
        groups: &BTreeMap<(usize, Vec<usize>), Vec<usize>>,
        open: &BTreeMap<usize, i64>,
    ) -> Vec<Vec<(usize, i64)>> {
        let all: Vec<usize> =
            [0, 1, 2].into_iter().filter(|it| !self.closed.contains(it)).collect();
        let sets = (0..1_usize << all.len()).map(|mask| -> Vec<usize> {
            let chosen = all.iter().enumerate().filter(|(at, _)| mask >> at & 1 == 1);
            let mut set: Vec<usize> = chosen.map(|(_, place)| *place).collect();
            set.sort_by_key(|place| (!MERITS[*place].0, MERITS[*place].1, *place));
            set
        });
        let merit = |set: &Vec<usize>| {
            let given = self.split(groups, open, set);
            let filled: i64 = given.iter().flatten().map(|(_, part)| part).sum();
            let serving = set.iter().filter(|place| MERITS[**place].0).count();
            let mut priorities: Vec<u32> = set.iter().map(|place| MERITS[*place].1).collect();
            priorities.sort_unstable();
            let mut ids = set.clone();
            ids.sort_unstable();
            (Reverse(filled), set.len(), Reverse(serving), priorities, ids)
        };
        self.split(groups, open, &sets.min_by_key(merit).unwrap())
    }

    /// Groups that fewest may serve first; one place where it has all of it, else one by one. Who
    /// lacks a unit then takes it from who can get it elsewhere.
    fn split(
        &self,
        groups: &BTreeMap<(usize, Vec<usize>), Vec<usize>>,
        open: &BTreeMap<usize, i64>,
        set: &[usize],
    ) -> Vec<Vec<(usize, i64)>> {
        let groups: Vec<_> = groups.iter().collect();
        let may = |at: usize| {
            let blocked = &groups[at].0.1;
            set.iter().copied().filter(|place| !blocked.contains(place)).collect::<Vec<_>>()
        };
        let mut lacks: Vec<i64> =
            groups.iter().map(|(_, lines)| lines.iter().map(|line| open[line]).sum()).collect();
        let mut got: Vec<BTreeMap<usize, i64>> = vec![BTreeMap::new(); groups.len()];
        let mut free: BTreeMap<Stock, i64> = BTreeMap::new();
        let mut order: Vec<usize> = (0..groups.len()).collect();
        order.sort_by_key(|at| Reverse(groups[*at].0.1.len()));
        for at in order.iter().copied() {
            let sku = groups[at].0.0;
            for place in set {
                free.entry((*place, sku)).or_insert_with(|| self.free((*place, sku)));
            }
            let whole = may(at).into_iter().find(|place| free[&(*place, sku)] >= lacks[at]);
            for place in whole.map_or_else(|| may(at), |place| vec![place]) {
                let left = free.get_mut(&(place, sku)).unwrap();
                let part = lacks[at].min(*left).max(0);
                lacks[at] -= part;
                *left -= part;
                got[at].insert(place, part);
            }
        }
        for at in order.iter().copied() {
            let sku = groups[at].0.0;
            let rivals: Vec<usize> =
                order.iter().copied().filter(|other| groups[*other].0.0 == sku).collect();
            let left = |free: &BTreeMap<Stock, i64>, place| free[&(place, sku)] > 0;
            while lacks[at] > 0
                && let Some(way) = way(at, &rivals, may, |place| left(&free, place), &got)
            {
                lacks[at] -= 1;
                *free.get_mut(&(way.last().unwrap().1, sku)).unwrap() -= 1;
                for (number, (who, place)) in way.iter().enumerate() {
                    *got[*who].entry(*place).or_insert(0) += 1;
                    if number > 0 {
                        *got[*who].get_mut(&way[number - 1].1).unwrap() -= 1;
                    }
                }
            }
        }
        let parts = |got: BTreeMap<usize, i64>| {
            let part = |place: &usize| Some((*place, *got.get(place)?));
            set.iter().filter_map(part).filter(|(_, part)| *part > 0).collect()
        };
        got.into_iter().map(parts).collect()
    }
}

/// The takers of a unit and their places: the first where there is one, or where another has one and takes one
/// elsewhere in the same manner; by as few as it takes.
fn way(
    first: usize,
    rivals: &[usize],
    may: impl Fn(usize) -> Vec<usize>,
    is_left: impl Fn(usize) -> bool,
    got: &[BTreeMap<usize, i64>],
) -> Option<Vec<(usize, usize)>> {
    let mut seen = BTreeSet::new();
    let mut ways = VecDeque::from([(first, Vec::new())]);
    while let Some((taker, before)) = ways.pop_front() {
        for place in may(taker).into_iter().filter(|place| seen.insert(*place)) {
            let way = [before.clone(), vec![(taker, place)]].concat();
            if is_left(place) {
                return Some(way);
            }
            let others = rivals.iter().filter(|it| got[**it].get(&place).is_some_and(|it| *it > 0));
            ways.extend(others.map(|other| (*other, way.clone())));
        }
    }
    None
}
