package io.scorefield.experiment.model;

import io.scorefield.config.ConfigException;
import io.scorefield.config.Suggestion;
import io.scorefield.diffusion.Diffuser;
import io.scorefield.diffusion.Guidance;
import io.scorefield.engine.StepProgram;
import io.scorefield.experiment.settings.GuidanceConfig;
import io.scorefield.network.Network;
import io.scorefield.onnx.Denoiser;
import io.scorefield.onnx.OnnxModel;
import io.scorefield.onnx.UnrolledSampler;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// ONNX files of a trained model.
///
/// @param model whose sampler is settled
/// @param network the weights to sample with
public record OnnxExport(Model model, Network network) {
  private static final String PLAIN = "plain";

  public OnnxExport {
    model.requireSpaceOfData("ONNX export");
    model.requireSharedConditions("ONNX export");
  }

  /// The network alone.
  ///
  /// @throws ConfigException when the model cannot be written so
  public OnnxModel denoiser() {
    try {
      return Denoiser.of(model.diffuser(), network, model.told());
    } catch (IllegalArgumentException e) {
      throw new ConfigException("--onnx: " + e.getMessage(), e);
    }
  }

  /// The sampler of the configuration, unrolled. Conditions with names are an input.
  ///
  /// @param method plain, or a guidance of the configuration
  /// @throws ConfigException when the sampler cannot be written so
  public UnrolledSampler sampler(String method) {
    Guidance guidance = guidance(method);
    Diffuser diffuser = model.diffuser();
    if (!model.told().isEmpty()) {
      diffuser = diffuser.withConditions(new double[model.told().components()]);
    }
    try {
      StepProgram program = diffuser.program(model.config().sampler().sampler(), guidance);
      return UnrolledSampler.of(diffuser, network, program, model.told());
    } catch (IllegalArgumentException e) {
      throw new ConfigException("--onnx-sampler: " + e.getMessage(), e);
    }
  }

  private Guidance guidance(String method) {
    if (method.equals(PLAIN)) {
      return new Guidance.None();
    }
    List<GuidanceConfig> all = model.config().guidance();
    Guidance guidance =
        all.stream()
            .filter(one -> one.name().equals(method))
            .findFirst()
            .orElseThrow(
                () ->
                    new ConfigException(
                        "the experiment has no method '" + method + "'"
                            + Suggestion.of(method, all.stream().map(GuidanceConfig::name).toList())))
            .guidance(model.config().inverse(), all);
    if (guidance.usesLaws()) {
      throw new ConfigException(
          "--onnx-sampler: the method '" + method + "' is guided by laws, which goes back through the network in every step; an ONNX file "
              + "of this program has plain samples and classifier-free guidance");
    }
    return guidance;
  }

  /// What a file says of its sampler beside its inputs: which of the program's own normals its noise is.
  public static Map<String, String> metadata(UnrolledSampler sampler) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("evaluations", Integer.toString(sampler.evaluations()));
    if (!sampler.noises().isEmpty()) {
      metadata.put(
          "step-noise",
          String.join(", ", sampler.noises().stream().map(noise -> noise.stream().id() + ":" + noise.step()).toList()));
    }
    return metadata;
  }
}
