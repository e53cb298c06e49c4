package io.elasticjupyter.reconcile;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.stream.Stream;

/**
 * Says of a Deployment's images when they are pulled, where it is silent. The API server decides that by the tag, but only once:
 * what it decided for one image stands when the image becomes another, and a {@code latest} would never be pulled again.
 */
final class ImagePulls {

    private ImagePulls() {}

    static void say(HasMetadata child) {
        if (child instanceof Deployment deployment) {
            var pod = deployment.getSpec().getTemplate().getSpec();
            Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream())
                    .filter(container -> container.getImagePullPolicy() == null && container.getImage() != null)
                    .forEach(ImagePulls::say);
        }
    }

    private static void say(Container container) {
        container.setImagePullPolicy(moves(container.getImage()) ? "Always" : "IfNotPresent");
    }

    /** As <a href="https://kubernetes.io/docs/concepts/containers/images/#imagepullpolicy-defaulting">the API server</a> sees it. */
    static boolean moves(String image) {
        String name = image.substring(image.lastIndexOf('/') + 1);
        String tagged = name.replaceFirst("@.*", "");
        return tagged.endsWith(":latest") || !tagged.contains(":") && tagged.equals(name);
    }
}
