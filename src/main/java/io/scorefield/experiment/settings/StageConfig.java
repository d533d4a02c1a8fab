package io.scorefield.experiment.settings;

import io.scorefield.config.Setting;
import java.util.List;

/// A stage of a simulation, in which some components move.
public record StageConfig(
    @Setting(doc = "The components or fields that move, neighbours in the order of 'components'.")
        List<String> components,
    @Setting(doc = "The energy that moves them, a formula; empty: that of the simulation.", value = "''") String energy,
    @Setting(doc = "Its share of the steps, beside the shares of the others.", value = "1", min = 0, aboveMin = true, max = 1e6)
        double share) {}
