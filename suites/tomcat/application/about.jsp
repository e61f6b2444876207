<%@ page contentType="text/plain; charset=UTF-8" pageEncoding="UTF-8" trimDirectiveWhitespaces="true"
    import="java.lang.management.*" %>
<%-- What the server and its virtual machine say of themselves, one KEY=VALUE in a line. --%>
<%
    com.sun.management.OperatingSystemMXBean system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
%>
server=<%= application.getServerInfo() %>
java=<%= System.getProperty("java.version") %>
vm=<%= System.getProperty("java.vm.name") %>
arch=<%= System.getProperty("os.arch") %>
user=<%= System.getProperty("user.name") %>
encoding=<%= System.getProperty("file.encoding") %>
collectors=<% for (GarbageCollectorMXBean b : ManagementFactory.getGarbageCollectorMXBeans()) { out.print(b.getName().replace(' ', '-') + ","); } %>
pid=<%= ProcessHandle.current().pid() %>
memory=<%= system.getTotalMemorySize() %>
heap=<%= Runtime.getRuntime().maxMemory() %>
processors=<%= Runtime.getRuntime().availableProcessors() %>
