package io.elasticjupyter.notebook;

import io.elasticjupyter.api.v1alpha1.JupyterGateway;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.NotebookStorage;
import io.elasticjupyter.workload.GatewayLabels;
import io.elasticjupyter.workload.ImagePullPolicies;
import io.elasticjupyter.workload.KernelLabels;
import io.elasticjupyter.workload.PodSecurity;
import io.elasticjupyter.workload.SecretHash;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.VolumeProjectionBuilder;
import io.fabric8.kubernetes.client.utils.Utils;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Builds the notebook server's pod: the user's template, completed with defaults. Fields that the template sets are not
 * changed.
 */
final class NotebookPod {

    /** The stock image, a tag of <a href="https://jupyter-docker-stacks.readthedocs.io">Jupyter Docker Stacks</a>. */
    static final String IMAGE = "quay.io/jupyter/base-notebook:2026-07-28";

    static final String CONTAINER = "notebook";

    private static final String GATEWAY_TOKEN = "JUPYTER_GATEWAY_AUTH_TOKEN";

    private static final String VOLUME = "elastic-jupyter-configuration";
    private static final String HOME = "elastic-jupyter-home";
    private static final String FOLDER = "/etc/elastic-jupyter";

    private NotebookPod() {}

    static PodTemplateSpec of(JupyterNotebook notebook, PodTemplateSpec given, String configurationHash) {
        PodSpec spec = Objects.requireNonNullElseGet(given.getSpec(), PodSpec::new);
        List<Container> containers = new ArrayList<>(spec.getContainers());
        int server = serverIn(containers);
        boolean ourImage = Utils.isNullOrEmpty(containers.get(server).getImage());
        containers.set(server, complete(containers.get(server), notebook));

        return new PodTemplateSpecBuilder(given)
                .editOrNewMetadata()
                .withLabels(GatewayLabels.without(labels(given)))
                .addToLabels(NotebookGateway.labels(notebook))
                .addToLabels(NotebookDeployment.labels(notebook))
                // Otherwise, a gateway could take the pod for the pod of a kernel.
                .removeFromLabels(KernelLabels.KERNEL_ID)
                .addToAnnotations(SecretHash.ANNOTATION, configurationHash)
                .endMetadata()
                .editOrNewSpec()
                .withContainers(ImagePullPolicies.setDefaults(containers))
                .withInitContainers(ImagePullPolicies.setDefaults(spec.getInitContainers()))
                .addNewVolume().withName(VOLUME).withNewProjected().withSources(configuration(notebook)).endProjected()
                .endVolume()
                .addAllToVolumes(homeVolume(notebook))
                .addAllToVolumes(NotebookKernels.volume(notebook))
                .withSecurityContext(securityContext(spec, ourImage, notebook))
                // For a Service named 'jupyter', service links would set JUPYTER_PORT to a URL.
                .withEnableServiceLinks(Objects.requireNonNullElse(spec.getEnableServiceLinks(), false))
                .withAutomountServiceAccountToken(PodSecurity.automountServiceAccountToken(spec))
                .endSpec()
                .build();
    }

    /** A volume has files of the group, so that the user of the image, whichever it is, can write them. */
    private static PodSecurityContext securityContext(PodSpec spec, boolean ourImage, JupyterNotebook notebook) {
        PodSecurityContext given = ourImage && spec.getSecurityContext() == null
                ? PodSecurity.restrictedPod()
                : spec.getSecurityContext();
        return NotebookClaim.storage(notebook).isPresent() ? PodSecurity.withWritableVolumes(given) : given;
    }

    private static List<Volume> homeVolume(JupyterNotebook notebook) {
        return NotebookClaim.name(notebook).map(claim -> new VolumeBuilder().withName(HOME)
                .withNewPersistentVolumeClaim().withClaimName(claim).endPersistentVolumeClaim().build()).stream()
                .toList();
    }

    private static List<VolumeMount> homeMount(JupyterNotebook notebook) {
        return NotebookClaim.storage(notebook).map(storage -> new VolumeMountBuilder().withName(HOME)
                .withMountPath(Objects.requireNonNullElse(storage.mountPath(), NotebookStorage.HOME)).build()).stream()
                .toList();
    }

    private static Map<String, String> labels(PodTemplateSpec template) {
        return template.getMetadata() == null ? Map.of() : template.getMetadata().getLabels();
    }

    /** Returns the Secrets whose keys are the files of the configuration directory. */
    private static List<VolumeProjection> configuration(JupyterNotebook notebook) {
        List<VolumeProjection> sources = new ArrayList<>();
        sources.add(new VolumeProjectionBuilder().withNewSecret().withName(NotebookSecret.name(notebook)).endSecret()
                .build());
        NotebookCredentials.inSecrets(notebook).forEach((file, reference) -> sources.add(new VolumeProjectionBuilder()
                .withNewSecret().withName(reference.name())
                .addNewItem().withKey(reference.key()).withPath(file).endItem()
                .endSecret()
                .build()));
        return sources;
    }

    /** Returns the container named 'notebook' or else the first one; adds a container to a template without any. */
    private static int serverIn(List<Container> containers) {
        for (int i = 0; i < containers.size(); i++) {
            if (CONTAINER.equals(containers.get(i).getName())) {
                return i;
            }
        }
        if (containers.isEmpty()) {
            containers.add(new ContainerBuilder().withName(CONTAINER).build());
        }
        return 0;
    }

    private static Container complete(Container given, JupyterNotebook notebook) {
        boolean ourImage = Utils.isNullOrEmpty(given.getImage());
        var server = new ContainerBuilder(given)
                .withImage(ourImage ? IMAGE : given.getImage())
                .withEnv(environment(given.getEnv(), notebook))
                .withResources(
                        given.getResources() == null
                                ? NotebookReconciler.spec(notebook).resources()
                                : given.getResources())
                .addNewVolumeMount().withName(VOLUME).withMountPath(FOLDER).withReadOnly(true).endVolumeMount()
                .addAllToVolumeMounts(homeMount(notebook))
                .addAllToVolumeMounts(NotebookKernels.mount(notebook));
        if (given.getPorts().stream()
                .noneMatch(port -> Objects.equals(port.getContainerPort(), NotebookReconciler.PORT))) {
            server.addNewPort().withName("http").withProtocol("TCP").withContainerPort(NotebookReconciler.PORT)
                    .endPort();
        }
        if (given.getReadinessProbe() == null) {
            // The server listens when it is ready to respond; its paths depend on a base URL that the user may have set.
            server.withNewReadinessProbe().withNewTcpSocket().withNewPort(NotebookReconciler.PORT).endTcpSocket()
                    .withPeriodSeconds(2).endReadinessProbe();
        }
        if (given.getTerminationMessagePolicy() == null) {
            // The Ready condition has the last line of a server that does not start.
            server.withTerminationMessagePolicy("FallbackToLogsOnError");
        }
        if (ourImage && given.getSecurityContext() == null) {
            server.withSecurityContext(PodSecurity.restrictedContainer());
        }
        return server.build();
    }

    private static List<EnvVar> environment(List<EnvVar> given, JupyterNotebook notebook) {
        List<EnvVar> environment = new ArrayList<>(given);
        ours(notebook).forEach((name, value) -> {
            if (given.stream().noneMatch(env -> env.getName().equals(name))) {
                environment.add(new EnvVar(name, value, null));
            }
        });
        if (NotebookReconciler.spec(notebook).gateway() != null
                && given.stream().noneMatch(env -> env.getName().equals(GATEWAY_TOKEN))) {
            // Optional, because a gateway that does not exist has no token.
            environment.add(new EnvVarBuilder().withName(GATEWAY_TOKEN).withNewValueFrom()
                    .withNewSecretKeyRef(NotebookSecret.GATEWAY_TOKEN, NotebookSecret.name(notebook), true)
                    .endValueFrom().build());
        }
        return environment;
    }

    /** Returns the environment variables of Jupyter's <a href="https://jupyter-server.readthedocs.io/en/latest/api/jupyter_server.gateway.html">gateway client</a>. */
    private static Map<String, String> ours(JupyterNotebook notebook) {
        Map<String, String> ours = new TreeMap<>(Map.of("JUPYTER_CONFIG_PATH", FOLDER));
        NotebookGateway.reference(notebook).ifPresent(gateway -> {
            ours.put("JUPYTER_GATEWAY_URL", JupyterGateway.url(gateway.namespace(), gateway.name()));
            ours.put("JUPYTER_GATEWAY_REQUEST_TIMEOUT", String.valueOf(JupyterGateway.KERNEL_LAUNCH_SECONDS));
            ours.put("KERNEL_USERNAME", kernelUsername(notebook));
            ours.put("KERNEL_NOTEBOOK",
                    notebook.getMetadata().getNamespace() + "/" + notebook.getMetadata().getName());
            ours.putAll(NotebookKernels.environment(notebook));
        });
        return ours;
    }

    private static String kernelUsername(JupyterNotebook notebook) {
        String name = notebook.getMetadata().getName();
        // Enterprise Gateway rejects the user 'root', which spec.kernelUsername cannot be.
        return Objects.requireNonNullElse(NotebookReconciler.spec(notebook).kernelUsername(),
                name.equals("root") ? "jovyan" : name);
    }
}
