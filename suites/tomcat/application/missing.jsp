<%@ page contentType="text/plain; charset=UTF-8" pageEncoding="UTF-8" isErrorPage="true" trimDirectiveWhitespaces="true"
%>no such page: <%= request.getAttribute("jakarta.servlet.error.request_uri") %>
