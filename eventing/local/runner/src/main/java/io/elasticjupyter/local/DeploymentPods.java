package io.elasticjupyter.local;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The pods of Deployments, where no controller creates them. A Deployment owns its pods directly, without a ReplicaSet.
 *
 * @param client the client
 */
record DeploymentPods(KubernetesClient client) {

    /** Creates missing pods of a Deployment, and deletes those that are too many or have an earlier template. */
    void update(Deployment changed) {
        try {
            Deployment deployment = client.resource(changed).get();
            if (deployment != null && deployment.getMetadata().getDeletionTimestamp() == null) {
                updateNow(deployment);
            }
        } catch (KubernetesClientException e) {
            // Changed in the meantime: the next event of the Deployment completes it.
        }
    }

    private void updateNow(Deployment deployment) {
        Set<String> desired = names(deployment);
        List<Pod> existing = client.pods().inNamespace(deployment.getMetadata().getNamespace())
                .withLabelSelector(deployment.getSpec().getSelector()).list().getItems().stream()
                .filter(pod -> isControlled(pod, deployment)).toList();
        existing.stream().filter(pod -> !desired.contains(pod.getMetadata().getName()))
                .forEach(pod -> client.resource(pod).delete());
        Set<String> present = existing.stream().map(pod -> pod.getMetadata().getName()).collect(Collectors.toSet());
        desired.stream().filter(name -> !present.contains(name))
                .forEach(name -> client.resource(pod(deployment, name)).create());
    }

    /** Returns the names of the desired pods, which differ for each template. */
    private Set<String> names(Deployment deployment) {
        int template = client.getKubernetesSerialization().asJson(deployment.getSpec().getTemplate()).hashCode();
        return IntStream.range(0, PodSimulation.replicas(deployment))
                .mapToObj(i -> "%s-%08x-%d".formatted(deployment.getMetadata().getName(), template, i))
                .collect(Collectors.toSet());
    }

    private static Pod pod(Deployment deployment, String name) {
        PodTemplateSpec template = deployment.getSpec().getTemplate();
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(deployment.getMetadata().getNamespace())
                .withLabels(template.getMetadata().getLabels())
                .withAnnotations(template.getMetadata().getAnnotations())
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withApiVersion(HasMetadata.getApiVersion(Deployment.class))
                        .withKind(HasMetadata.getKind(Deployment.class))
                        .withName(deployment.getMetadata().getName())
                        .withUid(deployment.getMetadata().getUid())
                        .withController(true)
                        .build())
                .endMetadata()
                .withSpec(template.getSpec())
                .build();
    }

    private static boolean isControlled(Pod pod, Deployment deployment) {
        return pod.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner -> owner.getUid().equals(deployment.getMetadata().getUid()));
    }
}
