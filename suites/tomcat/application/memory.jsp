<%@ page contentType="text/plain; charset=UTF-8" pageEncoding="UTF-8" trimDirectiveWhitespaces="true" session="false"
    import="java.util.*" %>
<%-- do=fill: takes memory until there is none. do=use: takes 2 MiB and computes with it. do=see: what is in use. --%>
<%
    String what = String.valueOf(request.getParameter("do"));
    if (what.equals("fill")) {
        List<byte[]> held = new ArrayList<>();
        while (true) {
            held.add(new byte[1 << 20]);
        }
    } else if (what.equals("use")) {
        byte[] bytes = new byte[2 << 20];
        Arrays.fill(bytes, (byte) 1);
        long sum = 0;
        for (byte b : bytes) {
            sum += b;
        }
        out.print(sum + "\n");
    } else {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        out.print((runtime.totalMemory() - runtime.freeMemory()) + "\n");
    }
%>
