<%@ page contentType="text/plain; charset=UTF-8" pageEncoding="UTF-8" trimDirectiveWhitespaces="true" session="false"
    import="java.io.*,java.nio.*,java.nio.channels.*,java.nio.charset.*,java.nio.file.*" %>
<%-- Acknowledges request "id" once it is in the journal "name" on disk. "begun" in the journal says that it was accepted. --%>
<%!
    private static void write(String name, String line) throws IOException {
        Path path = Path.of(System.getProperty("catalina.base"), "logs", "touchstone." + name);
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            file.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.US_ASCII)));
            file.force(false);
        }
    }
%>
<%
    String id = request.getParameter("id"), name = request.getParameter("name");
    if (id == null || name == null || !id.matches("[0-9]{1,9}") || !name.matches("[a-z]{1,20}")) {
        response.sendError(400);
        return;
    }
    write(name, "begun " + id);
    Thread.sleep(20);
    write(name, "kept " + id);
    out.print("kept " + id + "\n");
%>
