package io.elasticjupyter.local;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretKeySelector;
import io.fabric8.kubernetes.api.model.SecretProjection;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * What a kubelet prepares for a container: its environment and its files from Secrets.
 *
 * @param client reads the Secrets
 * @param namespace the namespace of the pod
 */
record PodFiles(KubernetesClient client, String namespace) {

    /** Returns the environment of a container. An optional variable whose Secret has no such key is left out. */
    Map<String, String> environment(Container container) {
        Map<String, String> environment = new HashMap<>();
        for (EnvVar variable : container.getEnv()) {
            if (variable.getValueFrom() != null && variable.getValueFrom().getSecretKeyRef() == null) {
                // A field of the pod, which there is not.
                continue;
            }
            String value = variable.getValueFrom() == null
                    ? variable.getValue()
                    : value(variable.getValueFrom().getSecretKeyRef());
            if (value != null) {
                environment.put(variable.getName(), value);
            }
        }
        return environment;
    }

    private String value(SecretKeySelector reference) {
        Secret secret = client.secrets().inNamespace(namespace).withName(reference.getName()).get();
        String value = secret == null ? null : secret.getData().get(reference.getKey());
        if (value == null && !Boolean.TRUE.equals(reference.getOptional())) {
            throw new IllegalStateException("no key " + reference.getKey() + " in Secret " + reference.getName());
        }
        return value == null ? null : new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
    }

    /** Writes the files of a projected volume. */
    void write(Volume volume, Path folder) throws IOException {
        for (VolumeProjection source : volume.getProjected().getSources()) {
            SecretProjection projection = source.getSecret();
            Map<String, String> data = client.secrets().inNamespace(namespace).withName(projection.getName()).get()
                    .getData();
            Map<String, String> files = new HashMap<>();
            data.keySet().forEach(key -> files.put(key, key));
            if (!projection.getItems().isEmpty()) {
                files.clear();
                projection.getItems().forEach((KeyToPath item) -> files.put(item.getKey(), item.getPath()));
            }
            for (var file : files.entrySet()) {
                Files.write(folder.resolve(file.getValue()), Base64.getDecoder().decode(data.get(file.getKey())));
            }
        }
    }
}
