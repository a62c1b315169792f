//! What a chart may do before it is stopped: a count of steps, so that the answer is the same on
//! every machine.

/// How many steps a chart may take. Large public charts take 60,000.
pub const MAX_STEPS: usize = 2_000_000;
/// How deep values may nest before they count as containing themselves.
pub const MAX_NESTING: usize = 100;

/// The steps that a chart took so far.
#[derive(Debug, Default)]
pub struct Work {
    steps: usize,
}

impl Work {
    /// How many steps were counted.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// Counts steps.
    ///
    /// # Errors
    /// If they are more than the chart may take.
    pub fn spend(&mut self, steps: usize) -> Result<(), String> {
        self.steps = self.steps.saturating_add(steps);
        if self.steps > MAX_STEPS {
            return Err(format!("the chart needs more than {MAX_STEPS} steps"));
        }
        Ok(())
    }

    /// Counts one value of many that are visited at a depth.
    ///
    /// # Errors
    /// If they nest too deep, as they do when a value contains itself, or are too many.
    pub fn visit(&mut self, depth: usize) -> Result<(), String> {
        if depth > MAX_NESTING {
            return Err("the value contains itself or nests too deep".to_owned());
        }
        self.spend(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_run_out() {
        let mut work = Work::default();
        work.spend(MAX_STEPS - 1).unwrap();
        assert!(work.visit(1000).is_err());
        work.visit(1).unwrap();
        assert!(work.spend(usize::MAX).is_err());
        assert!(work.spend(0).is_err());
    }
}
