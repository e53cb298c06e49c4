package io.elasticjupyter.serialization;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapList;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.SecretList;
import io.fabric8.kubernetes.api.model.ServiceAccountList;
import io.fabric8.kubernetes.api.model.ServiceList;
import io.fabric8.kubernetes.api.model.apps.DeploymentList;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingList;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.LinkedHashSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Walks everything that resources of the common kinds consist of: no class on the way needs Jackson's introspection. */
class ReachableTypesTest {

    @ParameterizedTest
    @ValueSource(classes = {DeploymentList.class, ServiceList.class, ServiceAccountList.class, RoleBindingList.class,
            SecretList.class, ConfigMapList.class, PodList.class})
    void isPlainThroughout(Class<?> root) {
        Set<Class<?>> reachable = new LinkedHashSet<>();
        addReachable(root, reachable);

        assertThat(reachable).hasSizeGreaterThan(3);
        assertThat(reachable.stream().filter(FastKubernetesSerialization::introspects)).isEmpty();
    }

    private static void addReachable(Type type, Set<Class<?>> reachable) {
        if (type instanceof ParameterizedType container) {
            for (Type argument : container.getActualTypeArguments()) {
                addReachable(argument, reachable);
            }
        } else if (type instanceof Class<?> resource && KubernetesResource.class.isAssignableFrom(resource)
                && reachable.add(resource)) {
            for (Field field : resource.getDeclaredFields()) {
                addReachable(field.getGenericType(), reachable);
            }
        }
    }
}
