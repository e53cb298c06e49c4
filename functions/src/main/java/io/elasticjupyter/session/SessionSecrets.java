package io.elasticjupyter.session;

import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.kubernetes.Labels;
import io.elasticjupyter.kubernetes.OwnerReferences;
import io.elasticjupyter.kubernetes.Parallel;
import io.elasticjupyter.kubernetes.StatusWriter;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The Secrets with the sessions of kernels. A session contains the key of the kernel's messages, with which whoever reaches the kernel
 * can run code in it. Each Secret belongs to a JupyterKernel, and Kubernetes deletes it with the JupyterKernel.
 *
 * @param client the client to read and write with
 */
record SessionSecrets(KubernetesClient client) {

    private static final String ENTRY = "session";

    /** The field manager of all that is written about sessions. */
    static final String FIELD_MANAGER = "elastic-jupyter-sessions";

    private static final int AT_ONCE = 8;

    /** The name has the uid, because a kernel that restarts has the name of the previous one. */
    static String name(JupyterKernel kernel) {
        return "kernel-session-" + kernel.getMetadata().getUid();
    }

    /**
     * Stores sessions.
     *
     * @param kernels the kernels that may have a session, by their ids
     * @param sessions the sessions as JSON, by the ids of their kernels
     * @return the ids of the sessions that are not stored: their kernel does not exist, or somebody else has a Secret of that name
     */
    Set<String> store(Map<String, JupyterKernel> kernels, Map<String, String> sessions) {
        Set<String> notStored = new TreeSet<>(sessions.keySet());
        List<Entry<String, JupyterKernel>> known = kernels.entrySet().stream()
                .filter(kernel -> sessions.containsKey(kernel.getKey())).toList();
        List<Boolean> stored = Parallel.map(known, AT_ONCE,
                kernel -> store(kernel.getValue(), sessions.get(kernel.getKey())));
        for (int i = 0; i < known.size(); i++) {
            if (stored.get(i)) {
                notStored.remove(known.get(i).getKey());
            }
        }
        return notStored;
    }

    private boolean store(JupyterKernel kernel, String session) {
        Secret existing = find(kernel);
        if (existing != null && !OwnerReferences.isControlledBy(existing, kernel)) {
            return false;
        }
        client.resource(desired(kernel, session)).patch(StatusWriter.applyAs(FIELD_MANAGER));
        return true;
    }

    private Secret find(JupyterKernel kernel) {
        return client.secrets().inNamespace(kernel.getMetadata().getNamespace()).withName(name(kernel)).get();
    }

    private static Secret desired(JupyterKernel kernel, String session) {
        return new SecretBuilder()
                .withNewMetadata()
                .withNamespace(kernel.getMetadata().getNamespace())
                .withName(name(kernel))
                .addToLabels(Labels.MANAGED_BY, Labels.ELASTIC_JUPYTER)
                .withOwnerReferences(OwnerReferences.controller(kernel))
                .endMetadata()
                .withType("Opaque")
                .addToData(ENTRY, Base64.getEncoder().encodeToString(session.getBytes(StandardCharsets.UTF_8)))
                .build();
    }

    /** Returns the sessions of those kernels that have one, as JSON, by the ids of their kernels. */
    Map<String, String> load(Map<String, JupyterKernel> kernels) {
        Map<String, String> sessions = new HashMap<>();
        List<Entry<String, JupyterKernel>> all = List.copyOf(kernels.entrySet());
        List<Optional<String>> loaded = Parallel.map(all, AT_ONCE, kernel -> load(kernel.getValue()));
        for (int i = 0; i < all.size(); i++) {
            String id = all.get(i).getKey();
            loaded.get(i).ifPresent(session -> sessions.put(id, session));
        }
        return sessions;
    }

    private Optional<String> load(JupyterKernel kernel) {
        return Optional.ofNullable(find(kernel)).filter(secret -> OwnerReferences.isControlledBy(secret, kernel))
                .map(Secret::getData).map(data -> data.get(ENTRY))
                .map(session -> new String(Base64.getDecoder().decode(session), StandardCharsets.UTF_8));
    }
}
