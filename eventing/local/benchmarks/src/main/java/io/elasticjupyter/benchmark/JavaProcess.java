package io.elasticjupyter.benchmark;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** Another Java process, and what it takes of the machine. */
final class JavaProcess implements AutoCloseable {

    private final Process process;
    private final Path log;
    private JMXConnector management;

    /**
     * Takes over a process, which ends with this one at the latest.
     *
     * @param log its output
     */
    JavaProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
        // Also when this process is interrupted: a measured process must not outlive it.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    }

    /** The command that runs a class of this process's class path. */
    static List<String> command(List<String> jvm, String mainClass, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        command.addAll(List.of(arguments));
        return command;
    }

    static JavaProcess start(List<String> command, Map<String, String> environment, Path log) throws IOException {
        Files.createDirectories(log.toAbsolutePath().getParent());
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        return new JavaProcess(builder.start(), log);
    }

    /** Fails with the process's last words when it has ended. */
    void requireAlive() throws IOException {
        if (!process.isAlive()) {
            List<String> lines = Files.readAllLines(log);
            throw new IOException("ended with " + process.exitValue() + ": "
                    + String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size())));
        }
    }

    /** The processor's time that it has used so far. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** The machine's memory that it holds now. */
    double residentMiB() throws IOException {
        return ProcessMemory.residentMiB(process.pid());
    }

    /** The most of the machine's memory that it ever held. */
    double mostResidentMiB() throws IOException {
        return ProcessMemory.mostResidentMiB(process.pid());
    }

    /** At most so much of the heap was in use at once since it started: the sum of what its parts had at most. */
    double mostHeapMiB() throws IOException {
        double bytes = 0;
        for (var pool : ManagementFactory.getPlatformMXBeans(management(), MemoryPoolMXBean.class)) {
            if (pool.getType() == MemoryType.HEAP) {
                bytes += pool.getPeakUsage().getUsed();
            }
        }
        return bytes / ProcessMemory.MIB;
    }

    /** So much of the heap is in use once what nobody needs has been cleared away. */
    double liveHeapMiB() throws IOException {
        var memory = ManagementFactory.getPlatformMXBean(management(), MemoryMXBean.class);
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed() / ProcessMemory.MIB;
    }

    /** The time that it has spent in garbage collection so far. */
    double collectionSeconds() throws IOException {
        long millis = 0;
        for (var collector : ManagementFactory.getPlatformMXBeans(management(), GarbageCollectorMXBean.class)) {
            millis += collector.getCollectionTime();
        }
        return millis / 1e3;
    }

    private MBeanServerConnection management() throws IOException {
        if (management == null) {
            try {
                VirtualMachine machine = VirtualMachine.attach(Long.toString(process.pid()));
                management = JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()));
                machine.detach();
            } catch (AttachNotSupportedException e) {
                throw new IOException(e);
            }
        }
        return management.getMBeanServerConnection();
    }

    @Override
    public void close() throws IOException {
        try {
            if (management != null) {
                management.close();
            }
        } finally {
            process.destroy();
            try {
                if (!process.waitFor(30, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
