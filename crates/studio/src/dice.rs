//! Chance that repeats: small, seeded, and the same on every machine and in every version.

/// A SplitMix64 generator (Steele, Lea and Flood 2014): good enough to place a leaf, not to hide a
/// secret.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// `topic` keeps streams apart that share a seed.
    pub fn new(seed: u32, topic: &str) -> Self {
        let mut dice = Self(hash(topic) ^ (u64::from(seed) << 17 | u64::from(seed)));
        dice.next();
        dice
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 up to and without 1.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub fn range(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.unit()
    }

    /// From 0 up to and without `count`.
    pub fn below(&mut self, count: usize) -> usize {
        if count == 0 { 0 } else { (self.next() % count as u64) as usize }
    }

    /// `None` from an empty slice.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }

    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }
}

/// FNV-1a, 64 bits: stable where the standard library's hash is not.
pub fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_topic_repeat_and_others_differ() {
        let roll = |seed, topic| Dice::new(seed, topic).next();
        assert_eq!(roll(7, "props"), roll(7, "props"));
        assert_ne!(roll(7, "props"), roll(8, "props"));
        assert_ne!(roll(7, "props"), roll(7, "copy"));
    }

    #[test]
    fn units_stay_within_zero_and_one() {
        let mut dice = Dice::new(1, "unit");
        assert!((0..1000).map(|_| dice.unit()).all(|value| (0.0..1.0).contains(&value)));
    }
}
