package io.scorefield.experiment.settings;

import io.scorefield.config.Checked;
import io.scorefield.config.Conditional;
import io.scorefield.config.Setting;
import io.scorefield.physics.formula.Formula;
import java.util.List;
import java.util.Map;

/// A simulation: everything that its walkers depend on.
public record SimulationConfig(
    @Setting(doc = "One line about the simulation.", value = "''") String description,
    @Setting(doc = "Seed of the walkers' starts and of the noise.", value = "1", min = 0, max = 1e15) long seed,
    @Setting(doc = "The components of the state: x y, or fields such as u[8] or q[13,3].") List<String> components,
    @Setting(doc = "U(x), a formula of the components as docs/physics.md describes; 0: none.") String energy,
    @Setting(
            doc = "V_k of a mixture U_k = U + V_k, formulas; walkers switch between its modes. Empty: no mixture.",
            value = "[]")
        List<String> modes,
    @Setting(doc = "Named numbers that formulas may use.", value = "{}") Map<String, String> parameters,
    @Setting(
            doc = "Forces beside -grad U, by component, that need not come from an energy: {x: -0.5 * y, y: 0.5 * x}.",
            value = "{}")
        Map<String, String> force,
    @Setting(doc = "The temperature, in units of the energy.") TemperatureConfig temperature,
    @Setting(doc = "The scheme of a step; docs/simulate.md compares them.", value = "leimkuhler-matthews")
        IntegratorKind integrator,
    @Setting(doc = "h, the time of a step.", min = 0, aboveMin = true) double step,
    @Setting(doc = "Number of steps.", min = 1, max = 1e8) int steps,
    @Setting(doc = "Number of walkers.", value = "1000", min = 1, max = 1e8) int walkers,
    @Setting(doc = "Where walkers start.", value = "{kind: normal}") InitialConfig initial,
    @Setting(doc = "Where components may be.", value = "[]") List<BoundaryConfig> boundaries,
    @Setting(
            doc = "Whether absorbing boundaries are moved inwards by 0.5826 sqrt(2 T h), which makes up for walkers that "
                + "leave and come back within a step.",
            value = "true")
        boolean shiftAbsorbing,
    @Setting(
            doc = "Stages in which some components move and the others stay, coarse ones before fine ones. Empty: all move.",
            value = "[]")
        List<StageConfig> stages,
    @Setting(doc = "Moments at which observables are taken, after the start.", value = "50", min = 1, max = 1e5)
        int snapshots,
    @Setting(
            doc = "Share of the simulation, from its start, that averages leave out.",
            value = "0.5",
            min = 0,
            max = 0.99)
        double settle,
    @Setting(doc = "Laws whose residuals are watched.", value = "[]") List<LawConfig> physics,
    @Setting(doc = "Whether every step ends with a projection onto the laws.", value = "false") boolean project)
    implements Conditional, Checked {
  @Override
  public Map<String, String> meaningless() {
    return boundaries.stream().anyMatch(boundary -> boundary.interval().absorbs())
        ? Map.of()
        : Map.of("shift-absorbing", "no boundary absorbs");
  }

  @Override
  public void check() {
    Formula.parse(energy);
    force.values().forEach(Formula::parse);
    modes.forEach(Formula::parse);
    if (modes.size() == 1) {
      throw new IllegalArgumentException("'modes' has one formula; a mixture has two or more");
    }
    if (stages.size() == 1 && stages.getFirst().share() != 1) {
      throw new IllegalArgumentException("'stages[0].share' means nothing here: one stage has all steps; leave it out");
    }
    if (project && physics.isEmpty()) {
      throw new IllegalArgumentException("'project' needs laws to project onto: 'physics' is empty");
    }
    if (components.isEmpty()) {
      throw new IllegalArgumentException("'components' is empty; name the components of the state");
    }
  }
}
