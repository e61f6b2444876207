<%@ page contentType="text/plain; charset=UTF-8" pageEncoding="UTF-8" trimDirectiveWhitespaces="true"
    import="java.security.*,java.util.*" %>
<%-- The parameter "text"; of a body that is no form, its length and digest. --%>
<%
    if ("application/octet-stream".equals(request.getContentType())) {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] part = new byte[8192];
        long length = 0;
        for (int n; (n = request.getInputStream().read(part)) > 0; length += n) {
            digest.update(part, 0, n);
        }
        out.print(length + " " + HexFormat.of().formatHex(digest.digest()));
    } else {
        request.setCharacterEncoding("UTF-8");
        out.print(request.getMethod() + " " + request.getParameter("text"));
    }
%>
