package io.scorefield.network.architecture;

import io.scorefield.data.Frame;
import io.scorefield.data.Presence;
import io.scorefield.network.program.Links;
import io.scorefield.network.program.Port;
import io.scorefield.network.program.Port.Channel;
import io.scorefield.network.program.ProgramBuilder;
import io.scorefield.network.program.Space;
import io.scorefield.network.program.Value;
import java.util.List;
import java.util.Optional;

/// Two equivariant graph networks for particles with types, as molecules: a code is a cloud of as many points, each with a few
/// features in place of its type. Turned, mirrored or renumbered particles have a turned, mirrored or renumbered code, and the same
/// features.
///
/// What is decoded are positions and the logits of the types; the error is the squared error of the positions and the cross-entropy of
/// the types, summed over the particles that are there. A decoded type is the softmax of its logits.
///
/// Source: Xu et al. 2023 (GeoLDM, arXiv 2305.01140), section 3.
///
/// @param frame of the states: particles without their mean, a feature for each type, and what tells which particles there are
/// @param features of a point of a code, at least 1 and at most as many as there are types
/// @param encoder the layers of the encoder
/// @param decoder those of the decoder
/// @param one what the 1 of a type is in the state
public record EgnnCoder(Frame frame, int features, Egnn encoder, Egnn decoder, double one) implements Coder {
  public EgnnCoder {
    if (frame.centred().isEmpty() || frame.features() == 0) {
      throw new IllegalArgumentException("the state is no particles with types");
    }
  }

  private PointCloud cloud() {
    return PointCloud.of(frame);
  }

  private int particles() {
    return frame.centred().orElseThrow().particles();
  }

  private int types() {
    return cloud().featuresOfEach();
  }

  @Override
  public int dimension() {
    return frame.varied();
  }

  @Override
  public int latents() {
    return codes(frame).varied();
  }

  @Override
  public int conditions() {
    return frame.conditions();
  }

  @Override
  public Frame codes(Frame ofData) {
    Frame plain =
        Frame.centred(particles(), frame.axes()).withFeatures(particles() * features).withConditions(ofData.conditions());
    return frame
        .presence()
        .map(which -> plain.withPresence(new Presence(which.condition(), which.above(), features)))
        .orElse(plain);
  }

  @Override
  public List<Value> state(ProgramBuilder builder, int offset, int told) {
    return read(builder, cloud().at(offset, told), told);
  }

  @Override
  public List<Value> code(ProgramBuilder builder, int offset, int told) {
    return read(builder, PointCloud.of(codes(frame)).at(offset, told), told);
  }

  /// Positions and features. Conditions that nothing is made of are read all the same, as a program must.
  private List<Value> read(ProgramBuilder builder, PointCloud cloud, int told) {
    Value own = cloud.ownFeatures(builder);
    for (int number = 0; number < cloud.conditions(); number++) {
      if (!cloud.tellsPresence(number)) {
        Value unread = builder.input(Space.SAMPLE, 1, new Port(Channel.INPUT, told + number, 0, 1));
        own = builder.add(own, Coder.everywhere(builder, builder.scale(unread, 0), own));
      }
    }
    return List.of(cloud.positions(builder), own);
  }

  /// @throws IllegalArgumentException when a learned variance is wanted: that of a point's noise is fixed, as it turns with the point
  @Override
  public Encoded encode(ProgramBuilder builder, List<Value> state, boolean withVariance, int told) {
    if (withVariance) {
      throw new IllegalArgumentException("the noise of points of a code is fixed, not learned");
    }
    PointCloud cloud = cloud().at(0, told);
    Value types = state.get(1);
    Value h = builder.linear(types, "encoder.types", encoder.hidden());
    Egnn.Ends ends = encoder.layers(builder, cloud, "encoder.", state.get(0), h, true);
    Value places = meanFree(builder, cloud, builder.add(state.get(0), ends.moved()));
    return new Encoded(
        List.of(places, cloud.present(builder, builder.linear(ends.h(), "encoder.features", features))), List.of());
  }

  @Override
  public List<Value> decode(ProgramBuilder builder, List<Value> code, int told) {
    PointCloud cloud = cloud().at(0, told);
    Value h = builder.linear(code.get(1), "decoder.features", decoder.hidden());
    Egnn.Ends ends = decoder.layers(builder, cloud, "decoder.", code.get(0), h, true);
    Value places = meanFree(builder, cloud, builder.add(code.get(0), ends.moved()));
    return List.of(places, builder.linear(ends.h(), "decoder.types", types()));
  }

  /// Positions less the mean of those that are there, 0 of the others.
  private Value meanFree(ProgramBuilder builder, PointCloud cloud, Value places) {
    Links ofSample = Links.sampleOf(cloud.nodes());
    Value own = cloud.present(builder, places);
    Value count =
        builder.segmentSum(cloud.there(builder).orElseGet(() -> builder.filled(cloud.nodes(), 1, 1)), ofSample);
    Value mean = builder.multiply(builder.segmentSum(own, ofSample), builder.spread(builder.inverse(count), cloud.axes()));
    return cloud.present(builder, builder.subtract(own, builder.gather(mean, ofSample)));
  }

  @Override
  public Value error(ProgramBuilder builder, List<Value> decoded, List<Value> state, int told) {
    PointCloud cloud = cloud().at(0, told);
    Value squares = Coder.total(builder, builder.square(builder.subtract(decoded.get(0), state.get(0))));
    Value logits = decoded.get(1);
    Value ofType = builder.rowSum(builder.multiply(builder.step(state.get(1)), logits));
    Value entropy = cloud.present(builder, builder.subtract(logOfSum(builder, logits), ofType));
    return builder.add(squares, Coder.total(builder, entropy));
  }

  /// ln sum_k exp(z_k), of which no part overflows.
  private static Value logOfSum(ProgramBuilder builder, Value logits) {
    Value sum = at(builder, logits, 0);
    for (int k = 1; k < logits.width(); k++) {
      sum = builder.add(sum, builder.softplus(builder.subtract(at(builder, logits, k), sum)));
    }
    return sum;
  }

  /// One feature.
  private static Value at(ProgramBuilder builder, Value wide, int feature) {
    double[] unit = new double[wide.space().positions() * wide.width()];
    for (int i = feature; i < unit.length; i += wide.width()) {
      unit[i] = 1;
    }
    return builder.rowSum(builder.multiply(wide, builder.constant(wide.space(), wide.width(), unit)));
  }

  @Override
  public void outputState(ProgramBuilder builder, List<Value> state, int told) {
    PointCloud cloud = cloud().at(0, told);
    Value logits = state.get(1);
    Value shares = builder.exp(builder.subtract(logits, builder.spread(logOfSum(builder, logits), logits.width())));
    cloud.outputPositions(builder, state.get(0), Optional.empty());
    cloud.outputFeatures(builder, cloud.present(builder, builder.scale(shares, one)), Optional.empty());
  }

  @Override
  public void outputCode(ProgramBuilder builder, List<Value> code, int told) {
    PointCloud cloud = PointCloud.of(codes(frame)).at(0, told);
    cloud.outputPositions(builder, code.get(0), Optional.empty());
    cloud.outputFeatures(builder, code.get(1), Optional.empty());
  }

  @Override
  public String toString() {
    return "equivariant networks of " + encoder.layers() + " and " + decoder.layers() + " layers for "
        + (frame.presence().isPresent() ? "up to " : "") + particles() + " particles of " + types() + " types, codes of " + features
        + (features == 1 ? " feature" : " features");
  }
}
