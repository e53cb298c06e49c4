package io.elasticjupyter.notebook;

import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.NotebookStorage;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Decides where a notebook server records its kernels, so that they survive its end: on the storage of the notebook or, without one, on
 * a volume that outlives only the container.
 */
final class NotebookKernels {

    private static final String FOLDER = "JUPYTER_NOTEBOOK_KERNELS";

    /** Whether the server keeps its kernels when it is terminated: without storage, the next one would not know them. */
    private static final String KEEP = "JUPYTER_NOTEBOOK_KEEP_KERNELS";

    private static final String FOLDER_ON_STORAGE = "/.elastic-jupyter";

    private static final String VOLUME = "notebook-kernels";

    private static final String FOLDER_OF_POD = "/var/run/notebook-kernels";

    /** Hundreds of kernels. */
    private static final Quantity SIZE = new Quantity("4Mi");

    private NotebookKernels() {}

    /** Returns the environment variables of a server that has a gateway. */
    static Map<String, String> environment(JupyterNotebook notebook) {
        Optional<NotebookStorage> storage = NotebookClaim.storage(notebook);
        return Map.of(
                FOLDER, storage
                        .map(each -> Objects.requireNonNullElse(each.mountPath(), NotebookStorage.HOME)
                                + FOLDER_ON_STORAGE)
                        .orElse(FOLDER_OF_POD),
                KEEP, String.valueOf(storage.isPresent()));
    }

    static List<Volume> volume(JupyterNotebook notebook) {
        return hasVolume(notebook)
                ? List.of(new VolumeBuilder().withName(VOLUME).withNewEmptyDir().withSizeLimit(SIZE).endEmptyDir()
                        .build())
                : List.of();
    }

    static List<VolumeMount> mount(JupyterNotebook notebook) {
        return hasVolume(notebook)
                ? List.of(new VolumeMountBuilder().withName(VOLUME).withMountPath(FOLDER_OF_POD).build())
                : List.of();
    }

    private static boolean hasVolume(JupyterNotebook notebook) {
        return NotebookGateway.reference(notebook).isPresent() && NotebookClaim.storage(notebook).isEmpty();
    }
}
