package io.elasticjupyter.api.v1alpha1;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.Locale;

/**
 * A resource of {@code kubeflow.tkestack.io/v1alpha1}.
 *
 * @param <S> what the user asks for
 * @param <T> what was found true
 */
public abstract class JupyterResource<S, T extends JupyterStatus> extends CustomResource<S, T> implements Namespaced {

    /** The API group of the five kinds. */
    public static final String GROUP = "kubeflow.tkestack.io";

    /** The API version of the five kinds. */
    public static final String VERSION = "v1alpha1";

    /** Where the API server has the resources of one of the kinds, so that it need not be asked for that. */
    public static ResourceDefinitionContext definition(String kind) {
        return new ResourceDefinitionContext.Builder().withGroup(GROUP).withVersion(VERSION).withKind(kind)
                .withPlural(kind.toLowerCase(Locale.ROOT) + "s").withNamespaced(true).build();
    }
}
