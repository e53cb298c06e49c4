package io.elasticjupyter.workload;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import java.util.List;

/**
 * Sets the pull policies of a Deployment's images explicitly. The API server derives the default from the tag only once, so
 * after a change of the image the policy of the previous image would remain, and a {@code latest} might never be pulled again.
 */
public final class ImagePullPolicies {

    private ImagePullPolicies() {}

    /** Returns the containers with a pull policy; an existing policy is kept. */
    public static List<Container> setDefaults(List<Container> containers) {
        return containers.stream()
                .map(container -> container.getImagePullPolicy() != null || container.getImage() == null
                        ? container
                        : new ContainerBuilder(container).withImagePullPolicy(defaultFor(container.getImage())).build())
                .toList();
    }

    /** Returns the policy that <a href="https://kubernetes.io/docs/concepts/containers/images/#imagepullpolicy-defaulting">the API server</a> sets for a new container of that image. */
    public static String defaultFor(String image) {
        String name = image.substring(image.lastIndexOf('/') + 1);
        String tagged = name.replaceFirst("@.*", "");
        boolean isFloating = tagged.endsWith(":latest") || !tagged.contains(":") && tagged.equals(name);
        return isFloating ? "Always" : "IfNotPresent";
    }
}
