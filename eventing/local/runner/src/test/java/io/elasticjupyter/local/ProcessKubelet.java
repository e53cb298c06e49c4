package io.elasticjupyter.local;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Runs the pods of kernels as processes on this machine, and updates their status as a kubelet does. */
final class ProcessKubelet implements AutoCloseable {

    private final KubernetesClient client;
    private final Path folder;
    private final Map<String, Process> processes = new ConcurrentHashMap<>();
    private SharedIndexInformer<Pod> pods;

    private ProcessKubelet(KubernetesClient client, Path folder) {
        this.client = client;
        this.folder = folder;
    }

    static ProcessKubelet start(KubernetesClient client, String namespace, Path folder) {
        ProcessKubelet kubelet = new ProcessKubelet(client, folder);
        kubelet.pods = client.pods().inNamespace(namespace).withLabel("component", "kernel")
                .inform(kubelet.new Pods());
        return kubelet;
    }

    /** UIDs of the running pods. */
    Set<String> running() {
        return Set.copyOf(processes.keySet());
    }

    @Override
    public void close() {
        pods.close();
        processes.keySet().forEach(this::kill);
    }

    private void run(Pod pod) {
        Container container = pod.getSpec().getContainers().getFirst();
        List<String> command = new ArrayList<>(container.getCommand());
        command.addAll(container.getArgs());
        String uid = pod.getMetadata().getUid();
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(folder.resolve(pod.getMetadata().getName() + "-" + uid + ".log").toFile());
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.putAll(Map.of("PATH", System.getenv("PATH"), "HOME", folder.toString()));
        container.getEnv().forEach(env -> environment.put(env.getName(), env.getValue()));
        try {
            Process process = builder.start();
            processes.put(uid, process);
            Thread.startVirtualThread(() -> follow(pod, process));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void follow(Pod pod, Process process) {
        String start = now();
        report(pod, "Running", start, new ContainerStateBuilder().withNewRunning().withStartedAt(start).endRunning()
                .build());
        int code = process.onExit().join().exitValue();
        if (!processes.remove(pod.getMetadata().getUid(), process)) {
            // The process was killed with its pod, whose status can no longer be updated.
            return;
        }
        report(pod, code == 0 ? "Succeeded" : "Failed", start, new ContainerStateBuilder().withNewTerminated()
                .withStartedAt(start).withFinishedAt(now()).withExitCode(code)
                .withReason(code == 0 ? "Completed" : "Error").endTerminated().build());
    }

    /** Compares the UID, so that the exit of one pod does not change the status of the next pod of the same name. */
    private void report(Pod pod, String phase, String start, ContainerState state) {
        Container container = pod.getSpec().getContainers().getFirst();
        boolean runs = state.getRunning() != null;
        Pod status = new PodBuilder()
                .withNewMetadata().withUid(pod.getMetadata().getUid()).endMetadata()
                .withNewStatus()
                .withPhase(phase).withPodIP("127.0.0.1").withStartTime(start)
                .addNewContainerStatus().withName(container.getName()).withImage(container.getImage()).withImageID("")
                .withReady(runs).withStarted(runs).withRestartCount(0).withState(state).endContainerStatus()
                .endStatus()
                .build();
        try {
            client.pods().inNamespace(pod.getMetadata().getNamespace()).withName(pod.getMetadata().getName())
                    .subresource("status").patch(PatchContext.of(PatchType.JSON_MERGE), Serialization.asJson(status));
        } catch (KubernetesClientException e) {
            boolean gone = e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                    || e.getCode() == HttpURLConnection.HTTP_CONFLICT;
            if (!gone) {
                throw e;
            }
        }
    }

    private void kill(String uid) {
        Process process = processes.remove(uid);
        if (process != null) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().onExit().join();
        }
    }

    private static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private final class Pods implements ResourceEventHandler<Pod> {

        @Override
        public void onAdd(Pod pod) {
            run(pod);
        }

        @Override
        public void onUpdate(Pod old, Pod pod) {
            // A pod's containers do not change, and pods are deleted without a grace period here.
        }

        @Override
        public void onDelete(Pod pod, boolean unseen) {
            kill(pod.getMetadata().getUid());
        }
    }
}
