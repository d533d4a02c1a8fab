package io.scorefield.diffusion;

import io.scorefield.data.Frame;
import io.scorefield.data.Scaling;
import io.scorefield.engine.Engine;
import io.scorefield.engine.PhysicsTerm;
import io.scorefield.engine.SampleRequest;
import io.scorefield.engine.SampleSink;
import io.scorefield.engine.StepProgram;
import io.scorefield.engine.StepRow;
import io.scorefield.network.Network;
import io.scorefield.network.architecture.DecodedDenoiser;
import io.scorefield.physics.Constraint;
import io.scorefield.physics.Tape;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Guidance of a diffusion of codes to laws of the data: the laws are of the decoded x0hat, and their gradient goes back through
/// decoder and denoiser ({@link DecodedDenoiser}). To samplers and engines the decoded state stands before the code in the state, and
/// guidance is what it always is.
///
/// The likelihood's covariance of x0hat is a multiple of the unit matrix in units of the data's state. That of the decoded x0hat is
/// that of the code's, carried through the decoder; so gamma means less here than in the space of the data.
///
/// Source: Rout et al. 2023 (arXiv 2307.00619), equation 5, the gradient of diffusion posterior sampling in a latent space, without
/// their further terms.
public final class DecodedGuidance {
  private final Diffuser codes;
  private final LatentSpace space;

  /// @param codes the diffusion of codes
  public DecodedGuidance(Diffuser codes, LatentSpace space) {
    this.codes = codes;
    this.space = space;
  }

  /// @throws IllegalArgumentException when a guidance cannot lead through a decoder, with the reason
  public static void require(Guidance guidance, boolean clips) {
    String reason =
        switch (guidance) {
          case Projection projection -> "a projected x0hat is data, and no code belongs to it; take likelihood or dps";
          case Guidance.Posterior posterior ->
              "the covariance of the decoded x0hat is not that of what the network makes; take likelihood or dps";
          case Guidance.Literal literal when literal.at() == Guidance.At.CORRECTED ->
              "the state after a step is a noisy code, which is not decoded; set at: before, or take likelihood";
          case ConditionedLaw law -> {
            require(law.law(), clips);
            yield "";
          }
          default -> "";
        };
    if (!reason.isEmpty()) {
      throw new IllegalArgumentException(reason);
    }
    if (clips && guidance.usesLaws()) {
      throw new IllegalArgumentException("a clipped x0hat of a code has no decoded state beside it; set sampler.clip: false");
    }
  }

  private int decoded() {
    return space.autoencoder().dimension();
  }

  private int latents() {
    return space.autoencoder().latents();
  }

  private int conditions() {
    return codes.scaling().frame().conditions();
  }

  /// The network of the joined state.
  public Network network(Network denoiser) {
    Scaling scaling = codes.scaling();
    return DecodedDenoiser.of(
        denoiser, space.autoencoder(), space.parameters(), Arrays.copyOf(scaling.mean(), latents()),
        Arrays.copyOf(scaling.deviation(), latents()));
  }

  /// The table of a sampler for it.
  public StepProgram program(Sampler sampler, Guidance guidance) {
    require(guidance, false);
    StepProgram program = joined().program(sampler, guidance);
    List<StepRow> rows = program.rows().stream().map(this::told).toList();
    return new StepProgram(
        program.featureCount() + DecodedDenoiser.FACTORS, program.priorScale(), rows, program.lowest(), program.highest(),
        program.boundaries(), program.given());
  }

  /// The diffusion of the joined state, of which only the size of the decoded part and the conditions matter.
  private Diffuser joined() {
    Scaling of = codes.scaling();
    double[] ones = new double[decoded()];
    Arrays.fill(ones, 1);
    Scaling scaling =
        new Scaling(
            joined(new double[decoded()], of.mean()), joined(ones, of.deviation()), joined(new double[decoded()], of.origin()),
            Frame.of(decoded() + latents()).withConditions(conditions()));
    return new Diffuser(
        codes.schedule(), codes.parameterization(), codes.embedding(), scaling, Optional.empty(), codes.conditions(),
        codes.annealing());
  }

  private static double[] joined(double[] first, double[] second) {
    double[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private StepRow told(StepRow row) {
    if (!row.usesNetwork()) {
      return row;
    }
    double[] own = row.timeFeatures();
    double[] all = Arrays.copyOf(own, own.length + DecodedDenoiser.FACTORS);
    Parameterization.Coefficients c = codes.coefficients(row.time());
    all[own.length] = c.x0FromX() / row.inputScale();
    all[own.length + 1] = c.x0FromOutput();
    all[own.length + 2] = 1 / c.x0FromOutput();
    return row.toBuilder().network(all, row.inputScale()).build();
  }

  /// The physics of a guidance, of the decoded part of the joined state.
  ///
  /// @param laws in data units
  public PhysicsTerm term(Guidance guidance, Constraint laws) {
    Scaling scaling = space.scaling();
    Frame frame = scaling.frame();
    int varied = decoded() + latents();
    Tape tape = guidance.tape(laws, new Diffuser(codes.schedule(), codes.parameterization(), codes.embedding(), scaling));
    Tape held = frame.conditions() == 0 ? tape : tape.holding(d -> d >= frame.made());
    Tape states = held.withOrigin(scaling.origin()).withInputs(scaling.deviation(), scaling.mean());
    return guidance.term(states.withBasis(varied + conditions(), d -> row(frame, d), varied));
  }

  /// What a component of the data has of the joined state.
  private double[] row(Frame frame, int component) {
    double[] of = frame.row(component);
    double[] row = new double[decoded() + latents() + conditions()];
    System.arraycopy(of, 0, row, 0, decoded());
    System.arraycopy(of, decoded(), row, decoded() + latents(), conditions());
    return row;
  }

  /// Samples codes and hands on the points that they stand for, in data units.
  ///
  /// @param network of {@link #network}
  public void sample(
      Engine engine, Network network, StepProgram program, PhysicsTerm physics, SampleRequest request, SampleSink sink)
      throws IOException {
    int wide = decoded() + latents() + conditions();
    int narrow = latents() + conditions();
    space.sample(
        (part, into) ->
            engine.sample(
                network, program, physics, part,
                new SampleSink() {
                  @Override
                  public void accept(long first, int count, float[] block) throws IOException {
                    float[] some = new float[count * narrow];
                    for (int i = 0; i < count; i++) {
                      System.arraycopy(block, i * wide + decoded(), some, i * narrow, narrow);
                    }
                    into.accept(first, count, codes.scaling().toData(some, count));
                  }

                  @Override
                  public void fellBack(long times) {
                    into.fellBack(times);
                  }
                }),
        engine, request, sink);
  }
}
